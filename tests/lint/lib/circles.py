"""No circle of files, by include or by call: see circles.sh.

Usage: circles.py ROOT BUILD
"""

import os
import re
import sys

from objects import table

INCLUDE = re.compile(r'^#include "([^"]+)"', re.M)


def includes(root):
    """{header: headers that it includes}, all below include/ and src/."""
    graph = {}
    for top in ('include', 'src'):
        for folder, _, names in os.walk(os.path.join(root, top)):
            for name in names:
                path = os.path.join(folder, name)
                if not name.endswith('.h'):
                    continue
                with open(path, encoding='utf-8') as file:
                    graph[os.path.relpath(path, os.path.join(root, top))] = set(
                        INCLUDE.findall(file.read()))
    return graph


def calls(root, build):
    """{source: sources that define what it needs}."""
    sources = table(root, build)
    home = {}
    for source, (defined, _) in sources.items():
        for name in defined:
            home.setdefault(name, set()).add(source)
    return {source: {other for name in needed for other in home.get(name, ())
                     if other != source}
            for source, (_, needed) in sources.items()}


def circles(graph):
    """The strongly connected components of more than one file (Tarjan)."""
    index, low, stack, on, found = {}, {}, [], set(), []

    def visit(node):
        work = [(node, iter(sorted(graph.get(node, ()))))]
        index[node] = low[node] = len(index)
        stack.append(node)
        on.add(node)
        while work:
            here, edges = work[-1]
            for there in edges:
                if there not in graph:
                    continue
                if there not in index:
                    index[there] = low[there] = len(index)
                    stack.append(there)
                    on.add(there)
                    work.append((there, iter(sorted(graph[there]))))
                    break
                if there in on:
                    low[here] = min(low[here], index[there])
            else:
                work.pop()
                if work:
                    low[work[-1][0]] = min(low[work[-1][0]], low[here])
                if low[here] == index[here]:
                    part = []
                    while True:
                        part.append(stack.pop())
                        on.discard(part[-1])
                        if part[-1] == here:
                            break
                    if len(part) > 1 or here in graph[here]:
                        found.append(sorted(part))

    for node in sorted(graph):
        if node not in index:
            visit(node)
    return found


def main(root, build):
    bad = 0
    graphs = (('include', includes(root)), ('call', calls(root, build)))
    for what, graph in graphs:
        for part in circles(graph):
            print('a circle by %s: %s' % (what, ' '.join(part)))
            bad += 1
        print('%d files by %s' % (len(graph), what))
        bad += not graph
    return 1 if bad else 0


if __name__ == '__main__':
    sys.exit(main(os.path.abspath(sys.argv[1]), sys.argv[2]))
