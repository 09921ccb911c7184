"""The prompt on a real terminal: what it shows, and the state it leaves."""

import os
import signal
import subprocess
import tempfile
import termios
import time
import unittest

from terminal import Terminal, children, cpu_ticks, state, wait_until
from verdict import run_unittests

TOOL = os.path.join(os.environ["ROLEKEY_BUILD"], "tests", "edge_tool")
INTERRUPTED, PERSON = 10, 4  # enum error_code
CTRL_C, CTRL_D, CTRL_Z, CTRL_QUIT = "\x03", "\x04", "\x1a", "\x1c"
CODE, SECRET = "123456", "fake-secret-text"


class OnATerminal(unittest.TestCase):
    def setUp(self):
        self.tty = Terminal()
        self.addCleanup(self.tty.__exit__)
        self.before = self.tty.settings()

    def ask(self, kind, *questions, **more):
        child = self.tty.start(TOOL, kind, *questions, **more)
        self.tty.expect(questions[0] + ": ")
        return child

    def finish(self, child, status):
        out, _ = child.communicate(timeout=60)
        self.assertEqual(child.returncode, status, out)
        self.assertNotIn("still alive", out)
        return out

    def same_terminal(self):
        self.assertEqual(self.tty.settings(), self.before)


class WhatIsShown(OnATerminal):
    def test_a_code_is_shown_as_it_is_typed(self):
        child = self.ask("code", "MFA code")
        for digit in CODE:
            self.tty.type(digit)
            self.tty.expect(digit)
        self.tty.type("\n")
        self.assertEqual(self.finish(child, 0), f"answer {CODE}\n")
        self.assertEqual(self.tty.rest(), "\r\n")
        self.same_terminal()

    def test_what_is_pasted_after_a_line_is_not_shown_with_it(self):
        child = self.ask("pair", "Key id", "Secret key")
        self.tty.type(f"AKIAIOSFODNN7EXAMPLE\n{SECRET}\nleft over\n")
        self.assertEqual(self.finish(child, 0),
                         f"answer AKIAIOSFODNN7EXAMPLE\nanswer {SECRET}\n")
        self.assertEqual(self.tty.rest(),
                         "AKIAIOSFODNN7EXAMPLE\r\nSecret key: \r\n")
        self.same_terminal()
        self.assertEqual(self.tty.left(), "left over\n")

    def test_a_line_that_is_shown_can_be_edited(self):
        for typed, answer, shown in (
                ("12x\x7f3", "123", "12x\b \b3"),
                ("12x\b3", "123", "12x\b \b3"),
                ("\x7fa", "a", "a"),
                ("wrong\x15right", "right", "wrong" + "\b \b" * 5 + "right"),
                ("one two\x17three", "one three",
                 "one two" + "\b \b" * 3 + "three"),
                ("x\u00e9\x7fy", "xy", "x\u00e9\b \by"),
                ("a\x01\x1b[Ab\t", "a[Ab", "a[Ab")):
            child = self.ask("code", "MFA code")
            self.tty.type(typed + "\n")
            self.assertEqual(self.finish(child, 0), f"answer {answer}\n")
            self.assertEqual(self.tty.rest(), shown + "\r\n")
            self.same_terminal()

    def test_a_secret_is_not_shown_but_its_line_ends(self):
        child = self.ask("secret", "Passphrase")
        self.assertFalse(self.tty.echoes())
        self.tty.type(SECRET + "\n")
        self.assertEqual(self.finish(child, 0), f"answer {SECRET}\n")
        self.assertEqual(self.tty.rest(), "\r\n")
        self.same_terminal()

    def test_control_characters_of_a_question_are_not_sent_to_it(self):
        child = self.tty.start(TOOL, "code", "for \x1b]0;x\x07\nyou")
        self.tty.expect("for ?]0;x??you: ")
        self.tty.type("1\n")
        self.finish(child, 0)

    def test_an_empty_line_is_an_empty_answer(self):
        child = self.ask("secret", "Passphrase")
        self.tty.type("\n")
        self.assertEqual(self.finish(child, 0), "answer \n")

    def test_a_line_is_told(self):
        self.finish(self.tty.start(TOOL, "tell", "waiting\x1b"), 0)
        self.assertEqual(self.tty.rest(), "waiting?\r\n")


class ACountdown(OnATerminal):
    def test_what_is_left_is_shown_and_then_gone(self):
        begun = time.monotonic()
        self.finish(self.tty.start(TOOL, "wait", "next code in", "2"), 0)
        self.assertGreaterEqual(time.monotonic() - begun, 2)
        shown = self.tty.rest()
        self.assertIn("\rnext code in: 2 s ", shown)
        self.assertIn("\rnext code in: 1 s ", shown)
        self.assertTrue(shown.endswith("\r\x1b[K"), shown)
        self.same_terminal()

    def test_ctrl_c_ends_it(self):
        child = self.tty.start(TOOL, "wait", "next code in", "600")
        self.tty.expect("next code in: ")
        self.tty.type(CTRL_C)
        self.finish(child, INTERRUPTED)
        self.same_terminal()

    def test_what_is_typed_meanwhile_is_dropped(self):
        child = self.tty.start(TOOL, "wait", "next code in", "1")
        self.tty.expect("next code in: ")
        self.assertFalse(self.tty.echoes())
        self.tty.type("987654\n")
        self.finish(child, 0)
        self.same_terminal()
        self.assertNotIn("987654", self.tty.rest())
        child = self.ask("code", "MFA code")
        self.tty.type(CODE + "\n")
        self.assertEqual(self.finish(child, 0), f"answer {CODE}\n")


class WhatIsTyped(OnATerminal):
    def test_what_was_typed_ahead_counts(self):
        self.tty.type(CODE + "\n")
        child = self.ask("code", "MFA code")
        self.assertEqual(self.finish(child, 0), f"answer {CODE}\n")

    def test_no_more_than_a_line_is_taken(self):
        self.tty.type("first\nsecond\nthird\n")
        child = self.tty.start(TOOL, "secret", "One", "Two")
        self.assertEqual(self.finish(child, 0), "answer first\nanswer second\n")
        line = self.tty.settings()
        line[3] &= ~termios.ECHO
        self.tty.set(line)
        self.assertEqual(os.read(self.tty.line, 100), b"third\n")

    def test_a_line_end_of_dos_is_cut(self):
        child = self.ask("secret", "MFA code")
        self.tty.type(CODE + "\x16\r\n")  # Ctrl-V takes it as it is
        self.assertEqual(self.finish(child, 0), f"answer {CODE}\n")

    def test_the_enter_key_ends_a_line_also_where_it_is_not_translated(self):
        raw = self.tty.settings()
        raw[0] &= ~termios.ICRNL
        self.tty.set(raw)
        raw = self.tty.settings()
        child = self.ask("code", "MFA code")
        self.tty.type(CODE + "\r")
        self.assertEqual(self.finish(child, 0), f"answer {CODE}\n")
        self.assertEqual(self.tty.settings(), raw)

    def test_an_answer_of_1024_bytes_is_taken(self):
        child = self.ask("secret", "Passphrase")
        self.tty.type("x" * 1024 + "\n")
        self.assertEqual(self.finish(child, 0), "answer " + "x" * 1024 + "\n")

    def test_a_longer_line_is_refused_and_nothing_of_it_left(self):
        child = self.ask("secret", "Passphrase")
        self.tty.type("x" * 3000 + "\n" + "next\n")
        self.assertIn("answer-too-long number=1024", self.finish(child, PERSON))
        child = self.tty.start(TOOL, "code", "Again")
        self.assertEqual(self.finish(child, 0), "answer next\n")

    def test_end_of_file_is_no_answer(self):
        for kind in ("secret", "code"):
            for typed in (CTRL_D, "abc" + CTRL_D + CTRL_D):
                child = self.ask(kind, "Passphrase")
                self.tty.type(typed)
                self.assertIn("end-of-input", self.finish(child, PERSON))
                self.same_terminal()
                self.tty.left()
                self.tty.rest()

    def test_a_terminal_left_raw_is_asked_in_lines_and_left_raw(self):
        raw = self.tty.settings()
        raw[3] &= ~(termios.ICANON | termios.ECHO | termios.ISIG)
        raw[0] &= ~termios.ICRNL
        self.tty.set(raw)
        raw = self.tty.settings()
        child = self.ask("code", "MFA code")
        self.tty.type("12\x7f3\r")
        self.assertEqual(self.finish(child, 0), "answer 13\n")
        self.assertEqual(self.tty.settings(), raw)


class WhatInterrupts(OnATerminal):
    def test_echo_that_another_process_turns_on_is_turned_off(self):
        child = self.ask("secret", "Passphrase")
        self.tty.set(self.before)
        wait_until("no echo", lambda: not self.tty.echoes())
        self.tty.type(SECRET + "\n")
        self.assertEqual(self.finish(child, 0), f"answer {SECRET}\n")
        self.same_terminal()

    def test_a_question_whose_answer_nobody_reads_ends(self):
        child = self.ask("secret", "Passphrase")
        child.stdout.close()
        child.wait(20)
        self.same_terminal()

    def test_ctrl_c_is_said_and_the_terminal_restored(self):
        for kind in ("secret", "code"):
            child = self.ask(kind, "Passphrase")
            self.tty.type("abc" + CTRL_C)
            self.assertIn("interrupted", self.finish(child, INTERRUPTED))
            self.same_terminal()
            self.assertTrue(self.tty.rest().endswith("\r\n"))

    def test_ctrl_c_counts_also_where_it_was_ignored(self):
        child = self.ask("secret", "Passphrase", ignore=[signal.SIGINT])
        self.tty.type(CTRL_C)
        self.finish(child, INTERRUPTED)
        self.same_terminal()

    def test_a_signal_that_ends_us_does_so_after_the_terminal_is_restored(self):
        for sig in (signal.SIGTERM, signal.SIGHUP, signal.SIGALRM,
                    signal.SIGPIPE, signal.SIGUSR1, signal.SIGUSR2,
                    signal.SIGXCPU, signal.SIGPROF, signal.SIGRTMIN,
                    signal.SIGRTMAX):
            child = self.ask("secret", "Passphrase")
            child.send_signal(sig)
            self.assertEqual(self.finish(child, -sig), "")
            self.same_terminal()
            self.tty.rest()

    def test_half_an_answer_is_not_left_for_the_shell(self):
        for sig in (signal.SIGTERM, signal.SIGHUP):
            child = self.ask("code", "MFA code")
            self.tty.type(CODE)
            self.tty.expect(CODE)  # its echo: the terminal has it
            child.send_signal(sig)
            self.finish(child, -sig)
            self.assertEqual(self.tty.left(), "")
            self.tty.rest()

    def test_ctrl_backslash_ends_us_after_the_terminal_is_restored(self):
        child = self.ask("secret", "Passphrase")
        self.tty.type(CTRL_QUIT)
        self.finish(child, -signal.SIGQUIT)
        self.same_terminal()

    def test_an_ignored_signal_stays_ignored(self):
        child = self.ask("secret", "Passphrase", ignore=[signal.SIGTERM])
        child.send_signal(signal.SIGTERM)
        self.tty.type(SECRET + "\n")
        self.assertEqual(self.finish(child, 0), f"answer {SECRET}\n")
        self.assertNotIn("Passphrase", self.tty.rest())

    def test_a_terminal_that_goes_away_ends_us(self):
        child = self.ask("secret", "Passphrase")
        self.tty.hang_up()
        self.finish(child, -signal.SIGHUP)

    def test_a_terminal_that_goes_away_under_nohup_is_no_answer(self):
        child = self.ask("secret", "Passphrase", ignore=[signal.SIGHUP])
        self.tty.hang_up()
        self.finish(child, PERSON)

    def test_after_sigstop_it_asks_again_with_the_echo_off(self):
        child = self.ask("secret", "Passphrase")
        child.send_signal(signal.SIGSTOP)
        wait_until("it stops", lambda: state(child.pid) == "T")
        self.tty.set(self.before)  # as a shell does
        child.send_signal(signal.SIGCONT)
        self.tty.expect("Passphrase: ")
        self.assertFalse(self.tty.echoes())
        self.tty.type(SECRET + "\n")
        self.finish(child, 0)
        self.same_terminal()


class InAShell(OnATerminal):
    """Job control, by a shell that leaves the terminal's settings alone."""

    def setUp(self):
        super().setUp()
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.out = os.path.join(folder.name, "out")
        env = dict(os.environ, PS1="$ ", ENV="", TERM="dumb")
        self.shell = self.tty.start("/bin/dash", "-i", shell=True, env=env)
        self.tty.expect("$ ")

    def run_tool(self, kind, end=""):
        self.tty.type(f"{TOOL} {kind} Question >{self.out} 2>&1 {end}\n")
        self.tty.expect("\n")

    def the_tool(self):
        wait_until("the tool runs", lambda: children(self.shell.pid))
        return children(self.shell.pid)[0]

    def answer(self):
        wait_until("there is an answer",
                   lambda: os.path.exists(self.out)
                   and os.path.getsize(self.out) > 0)
        with open(self.out, encoding="utf-8") as file:
            return file.read()

    def test_ctrl_z_restores_and_fg_asks_again(self):
        self.run_tool("secret")
        self.tty.expect("Question: ")
        self.assertFalse(self.tty.echoes())
        for _ in range(2):
            self.tty.type("thrown away" + CTRL_Z)
            self.tty.expect("Stopped")
            self.tty.expect("$ ")
            self.assertTrue(self.tty.echoes())
            self.assertEqual(state(self.the_tool()), "T")
            self.tty.type("fg\n")
            self.tty.expect("Question: ")
            wait_until("no echo", lambda: not self.tty.echoes())
        self.tty.type(SECRET + "\n")
        self.tty.expect("$ ")
        self.assertEqual(self.answer(), f"answer {SECRET}\n")
        self.same_terminal()

    def test_who_is_stopped_lets_another_ask(self):
        self.run_tool("secret")
        self.tty.expect("Question: ")
        self.tty.type(CTRL_Z)
        self.tty.expect("$ ")
        self.tty.type(f"{TOOL} secret Other\n")
        self.tty.expect("Other: ")
        self.tty.type("first\n")
        self.tty.expect("answer first")
        self.tty.expect("$ ")
        self.tty.type("fg\n")
        self.tty.expect("Question: ")
        self.tty.type(SECRET + "\n")
        self.tty.expect("$ ")
        self.assertEqual(self.answer(), f"answer {SECRET}\n")
        self.same_terminal()

    def test_a_background_job_stops_and_asks_once_it_is_in_front(self):
        for kind in ("secret", "code"):
            self.run_tool(kind, "&")
            tool = self.the_tool()
            wait_until("it stops", lambda: state(tool) == "T")
            self.assertTrue(self.tty.echoes())
            self.assertNotIn("Question: ", self.tty.rest())
            self.tty.type("bg\n")
            time.sleep(0.2)
            wait_until("it stops again", lambda: state(tool) == "T")
            self.assertLess(cpu_ticks(tool), 50)
            self.tty.type("fg\n")
            self.tty.expect("Question: ")
            self.tty.type(CODE + "\n")
            self.tty.expect("$ ")
            self.assertEqual(self.answer(), f"answer {CODE}\n")
            self.same_terminal()
            os.unlink(self.out)

    def test_a_background_job_that_cannot_stop_gives_up(self):
        self.tty.type("trap '' TTIN TTOU TSTP\n")
        self.tty.expect("$ ")
        self.run_tool("secret", "&")
        self.assertIn("error 4 terminal-failed", self.answer())
        self.same_terminal()

    def test_a_background_job_without_a_shell_gives_up(self):
        tool = f"{TOOL} secret Question >{self.out} 2>&1"
        self.tty.type(f"(sh -c 'sleep 0.3; {tool}' & exit)&\n")
        self.assertIn("error 4 terminal-failed", self.answer())
        self.same_terminal()


# Runs a tool in front, takes the terminal back as a shell does, and ends it.
TAKES_IT_BACK = """
import os, signal, sys, termios, time
signal.signal(signal.SIGTTOU, signal.SIG_IGN)
child = os.fork()
if child == 0:
    os.setpgid(0, 0)
    os.tcsetpgrp(0, os.getpid())
    signal.signal(signal.SIGTTOU, signal.SIG_DFL)
    os.execv(sys.argv[1], [sys.argv[1], "secret", "Question"])
while termios.tcgetattr(0)[3] & termios.ECHO:
    time.sleep(0.01)
os.tcsetpgrp(0, os.getpgrp())
if sys.argv[2] == "raw":
    mode = termios.tcgetattr(0)
    mode[3] &= ~termios.ICANON
    termios.tcsetattr(0, termios.TCSANOW, mode)
os.kill(child, signal.SIGTERM)
os.waitpid(child, 0)
print("over")
time.sleep(60)
"""


class WhenTheShellIsFaster(OnATerminal):
    def run_shell(self, how):
        self.tty.start("/usr/bin/python3", "-uc", TAKES_IT_BACK, TOOL, how,
                       shell=True)
        self.tty.expect("Question: ")
        self.tty.expect("over")

    def test_the_terminal_is_restored_from_behind(self):
        self.run_shell("as it is")
        self.same_terminal()

    def test_what_the_shell_has_set_is_the_shells(self):
        self.run_shell("raw")
        self.assertFalse(self.tty.flag(termios.ICANON))
        self.assertFalse(self.tty.echoes())


class WithNobody(unittest.TestCase):
    def run_alone(self, *args):
        return subprocess.run([TOOL, *args], stdin=subprocess.DEVNULL,
                              capture_output=True, text=True, timeout=60,
                              check=False, start_new_session=True)

    def test_without_a_terminal_it_fails_at_once(self):
        done = self.run_alone("secret", "Passphrase")
        self.assertEqual(done.stdout,
                         "error 4 no-terminal\n")
        self.assertEqual(done.returncode, PERSON)
        self.assertEqual(self.run_alone("can-ask").stdout, "no\n")
        self.assertEqual(self.run_alone("tell", "hello").returncode, 0)

    def test_where_asking_is_forbidden_it_fails_at_once(self):
        with Terminal() as tty:
            child = tty.start(TOOL, "nobody", "Passphrase")
            out, _ = child.communicate(timeout=60)
            self.assertEqual(out, "error 4 no-prompt\n")
            self.assertEqual(tty.rest(), "")

    def test_on_a_terminal_it_can_ask(self):
        with Terminal() as tty:
            out, _ = tty.start(TOOL, "can-ask").communicate(timeout=60)
            self.assertEqual(out, "yes\n")


if __name__ == "__main__":
    run_unittests()
