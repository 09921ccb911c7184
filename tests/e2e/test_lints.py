#!/usr/bin/python3 -B
"""Each lint of tests/lint catches what it is there for.

A copy of the tree gets one violation; the lint must fail, and name it.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile

from harness import BUILD, ROOT, Skipped, need, run_cases

TREE = ('src', 'include', 'tests', 'man', '.ci', '.clang-format',
        '.clang-tidy', 'CMakeLists.txt', 'README.md', 'LICENSE')


class Tree:
    """A copy of the project to spoil, and a build folder of its own."""

    def __init__(self):
        self.root = tempfile.mkdtemp(prefix='rolekey-lint.')
        self.build = os.path.join(self.root, 'build')
        os.mkdir(self.build)
        for name in TREE:
            source = os.path.join(ROOT, name)
            to = os.path.join(self.root, name)
            if os.path.isdir(source):
                shutil.copytree(source, to, symlinks=True, ignore=shutil.
                                ignore_patterns('__pycache__', 'corpus'))
            elif os.path.exists(source):
                shutil.copy(source, to)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        shutil.rmtree(self.root)

    def read(self, path):
        with open(os.path.join(self.root, path), encoding='utf-8') as file:
            return file.read()

    def write(self, path, text):
        path = os.path.join(self.root, path)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, 'w', encoding='utf-8') as file:
            file.write(text)

    def add(self, path, text):
        self.write(path, self.read(path) + text)

    def put_first(self, path, text):
        self.write(path, text + self.read(path))

    def compile(self, path):
        """Into an object where a build has it."""
        room = path.split('/')[1]
        to = os.path.join(self.build, 'CMakeFiles', 'room_%s.dir' % room,
                          path + '.o')
        os.makedirs(os.path.dirname(to), exist_ok=True)
        subprocess.run(['gcc', '-c', '-o', to, '-I', 'include', '-I', 'src',
                        path], cwd=self.root, check=True)

    def lint(self, name, *args, build=None):
        env = dict(os.environ, ROLEKEY_BUILD=build or self.build)
        return subprocess.run(
            ['sh', 'tests/lint/%s.sh' % name, self.root, *args],
            cwd=self.root, env=env, capture_output=True, text=True,
            check=False)


def catches(result, pattern):
    if result.returncode == 77:
        raise Skipped(result.stdout.strip())
    text = result.stdout + result.stderr
    need(result.returncode != 0, 'passed: %s' % text)
    need(re.search(pattern, text), 'no /%s/ in: %s' % (pattern, text))


def passes(result):
    if result.returncode == 77:
        raise Skipped(result.stdout.strip())
    need(result.returncode == 0, result.stdout + result.stderr)


def case_floors_finds_a_door_that_opens_upward(_box):
    with Tree() as tree:
        passes(tree.lint('floors'))
        tree.put_first('src/base/text.c', '#include "cmd/command.h"\n')
        catches(tree.lint('floors'), 'text.c: base may not open cmd/')


def case_floors_finds_another_rooms_own_header(_box):
    with Tree() as tree:
        tree.put_first('src/session/walk.c',
                       '#include "plan/plan_internal.h"\n')
        catches(tree.lint('floors'), 'belongs to plan/ alone')


def case_floors_finds_a_sub_room_that_opens_another(_box):
    with Tree() as tree:
        tree.put_first('src/edge/net/http_curl.c',
                       '#include "edge/prompt/prompt_internal.h"\n')
        catches(tree.lint('floors'), 'edge/net may not open edge/prompt/')


def case_floors_finds_a_struct_of_a_higher_floor(_box):
    with Tree() as tree:
        tree.add('include/port/clock.h', 'struct plan;\n')
        catches(tree.lint('floors'), 'port may not name struct plan')


def case_floors_finds_a_library_in_another_file(_box):
    with Tree() as tree:
        tree.put_first('src/aws/arn.c', '#include <jansson.h>\n')
        catches(tree.lint('floors'), '<jansson.h> belongs in')


def case_headers_finds_one_that_needs_another(_box):
    with Tree() as tree:
        tree.add('include/base/text.h', 'int planted(struct unknown_type x);\n'
                                        'uint8_t planted_byte(void);\n')
        catches(tree.lint('headers', build=BUILD), 'in include/base/text.h')


def case_format_finds_a_line_out_of_shape(_box):
    with Tree() as tree:
        tree.add('src/base/text.c', 'int   planted ( void ) ;\n')
        catches(tree.lint('format'), 'text.c')


def case_tidy_finds_a_banned_way(_box):
    with Tree() as tree:
        tree.add('src/base/text.c', '\nint planted(int a)\n{\n'
                                    '\tif (a = 1)\n\t\treturn 1;\n'
                                    '\treturn 0;\n}\n')
        catches(tree.lint('tidy', 'src/base/text.c', build=BUILD), 'text.c')


def case_analyzer_finds_a_leak(_box):
    with Tree() as tree:
        tree.add('src/base/text.c', '\n#include <stdio.h>\n'
                 'int planted(void);\nint planted(void)\n{\n'
                 '\tFILE *f = fopen("/dev/null", "r");\n'
                 '\treturn f ? 1 : 0;\n}\n')
        catches(tree.lint('analyzer', 'src/base/text.c', build=BUILD),
                'analyzer|leak')


def case_hardening_finds_a_program_without_relro(_box):
    with Tree() as tree:
        tree.write('planted.c', 'int main(void) { return 0; }\n')
        tree.write('build/CMakeCache.txt', 'CMAKE_BUILD_TYPE:STRING=Debug\n')
        for name in ('bin/rolekey', 'libexec/rolekey/rolekey-full',
                     'libexec/rolekey/rolekey-net.so',
                     'libexec/rolekey/rolekey-keyrings.so',
                     'libexec/rolekey/rolekey-picker.so',
                     'libexec/rolekey/rolekey-web.so'):
            to = os.path.join(tree.build, 'tree', name)
            os.makedirs(os.path.dirname(to), exist_ok=True)
            subprocess.run(['gcc', '-g', '-no-pie', '-Wl,-z,norelro', '-o', to,
                            'planted.c'], cwd=tree.root, check=True)
        catches(tree.lint('hardening'), 'no RELRO segment')


def case_manual_finds_an_option_that_no_page_has(_box):
    with Tree() as tree:
        page = tree.read('man/rolekey-exec.1')
        tree.write('man/rolekey-exec.1',
                   page.replace('-login-shell', '-login-shall'))
        catches(tree.lint('manual'), 'login-sha')


def case_shellcheck_finds_a_broken_script(_box):
    with Tree() as tree:
        tree.add('tests/demo.sh', '\nif [ $planted == "" ]; then\n')
        catches(tree.lint('shellcheck'), 'demo.sh')


def case_names_finds_an_export_of_another_name(_box):
    with Tree() as tree:
        tree.write('src/base/planted.c',
                   'int planted_good(void) { return 1; }\n')
        tree.compile('src/base/planted.c')
        passes(tree.lint('names'))
        tree.write('src/base/planted.c',
                   'int other_name(void) { return 1; }\n')
        tree.compile('src/base/planted.c')
        catches(tree.lint('names'), 'planted.c exports other_name')


def case_circles_finds_two_files_that_call_each_other(_box):
    with Tree() as tree:
        tree.write('src/base/one.c', 'int two_a(void);\nint one_a(void);\n'
                                     'int one_a(void) { return two_a(); }\n')
        tree.write('src/base/two.c', 'int two_a(void);\n'
                                     'int two_a(void) { return 2; }\n')
        tree.compile('src/base/one.c')
        tree.compile('src/base/two.c')
        passes(tree.lint('circles'))
        tree.write('src/base/two.c', 'int two_a(void);\nint one_a(void);\n'
                                     'int two_a(void) { return one_a(); }\n')
        tree.compile('src/base/two.c')
        catches(tree.lint('circles'),
                'circle by call: src/base/one.c src/base/two.c')


def case_circles_finds_two_headers_that_include_each_other(_box):
    with Tree() as tree:
        tree.write('src/base/one.c', 'int one_a(void);\n'
                                     'int one_a(void) { return 1; }\n')
        tree.compile('src/base/one.c')
        tree.write('include/base/one.h', '#include "base/two.h"\n')
        tree.write('include/base/two.h', '#include "base/one.h"\n')
        catches(tree.lint('circles'),
                'circle by include: base/one.h base/two.h')


def case_sizes_finds_a_long_function(_box):
    with Tree() as tree:
        passes(tree.lint('sizes'))
        tree.add('src/base/text.c', '\nint planted(void)\n{\n%s\treturn 0;\n}\n'
                 % ('\tplanted();\n' * 60))
        catches(tree.lint('sizes'), 'text.c:.*a function of 61 lines')


def case_sizes_finds_a_crowded_folder(_box):
    with Tree() as tree:
        for n in range(25):
            tree.write('src/base/planted%d.c' % n, 'int planted;\n')
        catches(tree.lint('sizes'), 'src/base has [0-9]+ sources')


def case_tests_finds_one_that_is_not_built(_box):
    with Tree() as tree:
        tree.write('tests/unit/base/deeper/test_planted.c', '\n')
        shutil.copy(os.path.join(BUILD, 'CMakeCache.txt'), tree.build)
        # ctest's list of the real build, which has no such test.
        shutil.copy(os.path.join(BUILD, 'CTestTestfile.cmake'), tree.build)
        tree.write('build/CTestTestfile.cmake',
                   'subdirs("%s/tests")\n' % BUILD)
        catches(tree.lint('tests'), 'ctest does not know unit/base/deeper/pl')


def case_words_finds_a_decision_by_a_sentence(_box):
    with Tree() as tree:
        passes(tree.lint('words'))
        tree.write('src/base/planted.c', 'bool planted(void)\n{\n'
                   '\tmessage_text(&err, text, sizeof(text));\n'
                   '\treturn strstr(text, "key") != NULL;\n}\n')
        catches(tree.lint('words'), r'src/base/planted.c.* line 4')


def case_words_finds_a_decision_by_a_fact_of_ours(_box):
    with Tree() as tree:
        tree.write('src/base/planted.c', 'bool planted(const struct error *e)'
                   '\n{\n\treturn strcmp(e->about.expected, "a region");\n}\n')
        catches(tree.lint('words'), r'src/base/planted.c.* line 3')


def case_words_finds_a_test_that_repeats_a_sentence(_box):
    with Tree() as tree:
        passes(tree.lint('words'))
        tree.write('tests/unit/base/test_planted.c', 'static const char want[] ='
                   '\n\t"a key before %s";\n' % 'the first section')
        catches(tree.lint('words'), r'test_planted.c.* line 2')


def case_words_finds_a_refusal_by_words(_box):
    with Tree() as tree:
        passes(tree.lint('words'))
        tree.write('tests/e2e/test_planted.py', 'from harness import refused\n'
                   "refused(box.rolekey('list'), 3, 'planted words')\n")
        catches(tree.lint('words'), r'test_planted.py.* line 2')


def case_reasons_finds_one_that_is_used_nowhere(_box):
    with Tree() as tree:
        passes(tree.lint('reasons', build=BUILD))
        tree.add('include/base/reasons.def', 'REASON(PLANTED, NONE)\n')
        catches(tree.lint('reasons', build=BUILD), 'PLANTED is used nowhere')


def case_reasons_finds_an_old_page(_box):
    with Tree() as tree:
        tree.add('man/rolekey-messages.7', '.Pp\n')
        catches(tree.lint('reasons', build=BUILD), 'out of date')


if __name__ == '__main__':
    run_cases(globals())
