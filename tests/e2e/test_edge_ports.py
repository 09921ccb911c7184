"""Files, locks and stdout of the real world: deaths, faults and crowds."""

import os
import re
import shutil
import signal
import subprocess
import tempfile
import time
import unittest

from mounts import small_disk, with_own_mounts
from terminal import Terminal, children, wait_until
from verdict import run_unittests

TOOL = os.path.join(os.environ["ROLEKEY_BUILD"], "tests", "edge_tool")
PERSON, CONFIG, SYSTEM = 4, 3, 9  # enum error_code
OLD, NEW = "old " * 2000, "new " * 3000
QUIET = dict(os.environ, ASAN_OPTIONS="detect_leaks=0")  # not under ptrace


class InAFolder(unittest.TestCase):
    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = folder.name


def put(path, text):
    with open(path, "w", encoding="utf-8") as file:
        file.write(text)


def content(path):
    with open(path, encoding="utf-8") as file:
        return file.read()


class Stopped:
    """A tool that strace stops at its n-th call of that name, until go_on().

    What happens meanwhile happens at that point, however slow the machine is.
    """

    def __init__(self, log, call, when, *argv, env):
        self.strace = subprocess.Popen(
            ["strace", "-qq", "-o", log, "-e",
             f"inject={call}:signal=SIGSTOP:when={when}", *argv],
            env=env, stdout=subprocess.PIPE, text=True)
        wait_until("it stops", lambda: os.path.exists(log)
                   and "stopped by SIGSTOP" in content(log))
        self.tool, = children(self.strace.pid)

    def go_on(self):
        """Waits for the end: status and output."""
        os.kill(self.tool, signal.SIGCONT)
        out, _ = self.strace.communicate(timeout=60)
        return self.strace.returncode, out


@unittest.skipUnless(shutil.which("strace"), "no strace")
class Replace(InAFolder):
    """Whatever happens at whichever system call: the old file or the new."""

    def setUp(self):
        super().setUp()
        self.path = os.path.join(self.folder, "config")

    def strace(self, *options):
        return subprocess.run(
            ["strace", "-qq", "-o", os.path.join(self.folder, "log"),
             *options, TOOL, "replace", self.path, OLD, NEW],
            env=QUIET, capture_output=True, text=True, timeout=60,
            check=False)

    def calls(self):
        """How often each call is made once the file has been opened."""
        put(self.path, OLD)
        self.assertEqual(self.strace().returncode, 0)
        counts, first = {}, {}
        begun = False
        for line in content(os.path.join(self.folder, "log")).splitlines():
            name = re.match(r"\w+", line)
            if not name:
                continue
            name = name.group()
            begun = begun or (name == "readlink" and self.path in line)
            counts[name] = counts.get(name, 0) + 1
            if begun:
                first.setdefault(name, counts[name])
        self.assertTrue(begun)
        return {name: range(first[name], counts[name] + 1) for name in first}

    def leftovers(self):
        return [name for name in os.listdir(self.folder)
                if name not in ("config", "log")]

    def test_killed_at_each_call_it_leaves_old_or_new(self):
        seen = set()
        n = 0
        for name, whens in self.calls().items():
            if name == "exit_group":
                continue
            for when in whens:
                put(self.path, OLD)
                done = self.strace(
                    "-e", f"inject={name}:signal=SIGKILL:when={when}")
                text = content(self.path)
                self.assertIn(text, (OLD, NEW), (name, when))
                if done.returncode == -signal.SIGKILL:
                    seen.add(text)
                    n += 1
                for left in self.leftovers():
                    os.unlink(os.path.join(self.folder, left))
        self.assertEqual(seen, {OLD, NEW})
        self.assertGreater(n, 15)

    def test_each_call_that_fails_leaves_the_old_and_nothing_else(self):
        calls = self.calls()
        for name, error in (("write", "ENOSPC"), ("write", "EIO"),
                            ("fsync", "EIO"), ("fchmod", "EPERM"),
                            ("fchown", "EIO"), ("rename", "EACCES")):
            put(self.path, OLD)
            self.assertIn(name, calls)
            when = calls[name][0]
            done = self.strace("-e", f"inject={name}:error={error}:when={when}")
            self.assertEqual(done.returncode, SYSTEM, (name, done))
            self.assertIn("path=" + self.path, done.stdout)
            self.assertEqual(content(self.path), OLD)
            self.assertEqual(self.leftovers(), [])

    def test_a_group_that_cannot_be_given_gets_no_rights(self):
        when = self.calls()["fchown"][0]
        put(self.path, OLD)
        os.chmod(self.path, 0o664)
        done = self.strace("-e", f"inject=fchown:error=EPERM:when={when}")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(content(self.path), NEW)
        self.assertEqual(os.stat(self.path).st_mode & 0o7777, 0o604)
        self.assertEqual(self.leftovers(), [])

    def test_an_interrupted_or_short_write_is_taken_up_again(self):
        when = self.calls()["write"][0]
        put(self.path, OLD)
        done = self.strace("-e", f"inject=write:error=EINTR:when={when}")
        self.assertEqual(done.returncode, 0, done)
        self.assertEqual(content(self.path), NEW)

    @with_own_mounts
    def test_a_full_disk_leaves_the_old_file(self):
        mount = os.path.join(self.folder, "small")
        os.mkdir(mount)
        with small_disk(mount, "8k"):
            path = os.path.join(mount, "config")
            put(path, "old")
            done = subprocess.run([TOOL, "replace", path, "old", NEW],
                                  capture_output=True, text=True, check=False)
            self.assertEqual(done.returncode, SYSTEM)
            self.assertIn("No space left on device", done.stdout)
            self.assertEqual(content(path), "old")
            self.assertEqual(os.listdir(mount), ["config"])

    def test_a_file_changed_while_it_is_written_is_kept(self):
        put(self.path, OLD)
        when = self.calls()["fsync"][0]
        put(self.path, OLD)
        tool = Stopped(os.path.join(self.folder, "log"), "fsync", when, TOOL,
                       "replace", self.path, OLD, NEW, env=QUIET)
        put(self.path, "theirs")
        status, out = tool.go_on()
        self.assertEqual(status, CONFIG)
        self.assertIn("file-changed", out)
        self.assertEqual(content(self.path), "theirs")


@unittest.skipUnless(os.geteuid() == 0, "needs root")
class Owners(InAFolder):
    def setUp(self):
        super().setUp()
        self.tools = tempfile.mkdtemp(prefix="rolekey-edge.")
        self.addCleanup(shutil.rmtree, self.tools)
        os.chmod(self.tools, 0o755)

    def as_nobody(self, *args, **env):
        """Copies the tool to where that user can reach it, in any checkout."""
        tool = shutil.copy(TOOL, os.path.join(self.tools, "edge_tool"))
        return subprocess.run([tool, *args], user=65534, group=65534,
                              extra_groups=[], capture_output=True, text=True,
                              check=False, env={
                                  **(env or os.environ),
                                  "HOME": "/nonexistent"})

    def test_root_keeps_the_owner(self):
        path = os.path.join(self.folder, "config")
        put(path, "old")
        os.chown(path, 65534, 65534)
        os.chmod(path, 0o640)
        subprocess.run([TOOL, "replace", path, "old", "new"], check=True)
        now = os.stat(path)
        self.assertEqual((now.st_uid, now.st_gid, now.st_mode & 0o7777),
                         (65534, 65534, 0o640))

    def test_who_cannot_keep_the_owner_changes_nothing(self):
        os.chmod(self.folder, 0o777)
        path = os.path.join(self.folder, "config")
        put(path, "old")
        os.chmod(path, 0o666)
        done = self.as_nobody("replace", path, "old", "new")
        self.assertEqual(done.returncode, SYSTEM, done)
        self.assertEqual(content(path), "old")
        self.assertEqual(os.listdir(self.folder), ["config"])

    def test_a_file_that_may_not_be_written_is_not_replaced(self):
        os.chmod(self.folder, 0o777)
        path = os.path.join(self.folder, "config")
        put(path, "old")
        os.chown(path, 65534, 65534)
        os.chmod(path, 0o444)
        done = self.as_nobody("replace", path, "old", "new")
        self.assertEqual(done.returncode, SYSTEM, done)
        self.assertIn("Permission denied", done.stdout)
        self.assertEqual(content(path), "old")

    def test_a_file_that_may_not_be_read_is_named(self):
        os.chmod(self.folder, 0o755)
        path = os.path.join(self.folder, "config")
        put(path, "old")
        os.chmod(path, 0o600)
        done = self.as_nobody("replace", path, "old", "new")
        self.assertEqual(done.stdout,
                         f"error {CONFIG} system-call path={path} "
                         "detail=Permission denied\n")

    def test_a_folder_of_anothers_is_no_place_for_locks(self):
        os.chmod(self.folder, 0o755)
        os.makedirs(os.path.join(self.folder, "rolekey", "locks"))
        done = self.as_nobody("lock", "a", "0", "0",
                              XDG_STATE_HOME=self.folder)
        self.assertEqual(done.returncode, SYSTEM, done)
        self.assertIn("unsafe-file", done.stdout)


class Locks(InAFolder):
    def setUp(self):
        super().setUp()
        self.env = dict(os.environ, XDG_STATE_HOME=self.folder)
        self.env.pop("XDG_RUNTIME_DIR", None)

    def hold(self, wait, ms):
        child = subprocess.Popen([TOOL, "lock", "a", str(wait), str(ms)],
                                 env=self.env, stdout=subprocess.PIPE,
                                 text=True)
        self.addCleanup(child.wait)
        self.addCleanup(child.kill)
        self.addCleanup(child.stdout.close)
        return child

    def test_a_killed_holder_lets_go(self):
        holder = self.hold(0, 60000)
        self.assertEqual(holder.stdout.readline(), "taken\n")
        waiter = self.hold(60, 0)
        time.sleep(0.1)
        holder.kill()
        self.assertEqual(waiter.communicate(timeout=60)[0], "taken\n")

    def test_a_crowd_goes_through_one_by_one(self):
        begun = time.monotonic()
        crowd = [self.hold(120, 20) for _ in range(20)]
        for one in crowd:
            self.assertEqual(one.communicate(timeout=150)[0], "taken\n")
        self.assertGreaterEqual(time.monotonic() - begun, 20 * 0.02)

    def test_who_waits_reads_whom_for_on_the_terminal(self):
        holder = self.hold(0, 60000)
        self.assertEqual(holder.stdout.readline(), "taken\n")
        with Terminal() as tty:
            waiter = tty.start(TOOL, "lock", "a", "1", "0", env=self.env)
            tty.expect(f"Waiting for rolekey (pid {holder.pid}, ")
            tty.expect(") to finish\r\n")
            out, _ = waiter.communicate(timeout=60)
            self.assertEqual(waiter.returncode, PERSON)
            self.assertIn("lock-timeout", out)

    def test_a_waiter_does_not_write_onto_a_question(self):
        holder = self.hold(0, 60000)
        self.assertEqual(holder.stdout.readline(), "taken\n")
        script = ('{ sleep 0.5; exec "$0" lock a 60 0; } >/dev/null & '
                  '"$0" secret Question; wait')
        with Terminal() as tty:
            tty.start("sh", "-c", script, TOOL, env=self.env)
            tty.expect("Question: ")
            self.assertEqual(tty.rest(2), "")
            tty.type("answer\n")
            tty.expect(f"Waiting for rolekey (pid {holder.pid}, ")
            holder.kill()

    def test_another_message_begins_a_line_of_its_own(self):
        script = '{ sleep 0.5; exec "$0" tell Hello; } & "$0" secret Q'
        with Terminal() as tty:
            tty.start("sh", "-c", script, TOOL, env=self.env)
            tty.expect("Q: ")
            tty.expect("\r\nHello\r\n")
            tty.type("answer\n")

    @unittest.skipUnless(shutil.which("strace"), "no strace")
    def test_a_file_removed_before_it_is_locked_is_no_lock(self):
        log = os.path.join(self.folder, "log")
        env = {**self.env, **QUIET, "XDG_STATE_HOME": self.folder}
        lock = [TOOL, "lock", "a", "0", "0"]
        for _ in range(2):  # the second finds the folders
            subprocess.run(["strace", "-qq", "-o", log, *lock], env=env,
                           stdout=subprocess.DEVNULL, check=True)
        # The file has been opened when its owner is looked at.
        before = content(log).split("\nflock(")[0]
        when = len(re.findall(r"^geteuid\(", before, re.M))
        os.unlink(log)
        late = Stopped(log, "geteuid", when, *lock, env=env)
        locks = os.path.join(self.folder, "rolekey", "locks")
        os.unlink(os.path.join(locks, os.listdir(locks)[0]))
        holder = self.hold(0, 60000)
        self.assertEqual(holder.stdout.readline(), "taken\n")
        status, out = late.go_on()
        self.assertEqual(status, PERSON, out)
        self.assertIn(f"(pid {holder.pid}, ", out)

    def test_a_program_that_we_become_does_not_keep_it(self):
        inside = f"exec {TOOL} exec sleep 60"
        holder = subprocess.Popen(["sh", "-c", inside], env=self.env)
        self.addCleanup(holder.wait)
        self.addCleanup(holder.kill)
        self.assertEqual(self.hold(0, 0).communicate(timeout=60)[0],
                         "taken\n")


class Stdout(unittest.TestCase):
    def cannot_write(self, stderr, why):
        self.assertEqual(stderr, "system-call action=write to stdout "
                         f"detail={why}\n")

    def test_a_reader_that_goes_away_ends_us_quietly(self):
        script = f"{TOOL} write 0123456789 1000000; echo $? >&2"
        done = subprocess.run(["sh", "-c", f"({script}) | head -c 5"],
                              capture_output=True, text=True, timeout=60,
                              check=False, restore_signals=True)
        self.assertEqual(done.stdout, "01234")
        self.assertEqual(done.stderr, f"{128 + signal.SIGPIPE}\n")

    def test_with_the_signal_ignored_it_says_so(self):
        script = f"trap '' PIPE; {TOOL} write 0123456789 1000000"
        done = subprocess.run(["sh", "-c", f"({script}) | head -c 5"],
                              capture_output=True, text=True, timeout=60,
                              check=False)
        self.cannot_write(done.stderr, "Broken pipe")

    def test_a_full_disk_is_said(self):
        with open("/dev/full", "w", encoding="ascii") as full:
            done = subprocess.run([TOOL, "write", "x", "1"], stdout=full,
                                  stderr=subprocess.PIPE, text=True,
                                  check=False)
        self.assertEqual(done.returncode, SYSTEM)
        self.cannot_write(done.stderr, "No space left on device")

    def test_a_closed_stdout_is_said(self):
        done = subprocess.run(["sh", "-c", f"{TOOL} write x 1 >&-"],
                              capture_output=True, text=True, check=False)
        self.assertEqual(done.returncode, SYSTEM)
        self.cannot_write(done.stderr, "Bad file descriptor")

    def test_a_pipe_that_does_not_block_gets_all_of_it(self):
        ours, theirs = os.pipe()
        os.set_blocking(theirs, False)
        child = subprocess.Popen([TOOL, "write", "0123456789", "100000"],
                                 stdout=theirs)
        os.close(theirs)
        time.sleep(0.3)
        total = 0
        while got := os.read(ours, 65536):
            total += len(got)
        os.close(ours)
        self.assertEqual(child.wait(timeout=60), 0)
        self.assertEqual(total, 1000000)


if __name__ == "__main__":
    run_unittests()
