#!/usr/bin/python3 -B
"""rotate, with each request refused, lost or failing, one at a time."""

from harness import run_cases
from rotate_torture import KEYRINGS, of_alex, of_sam, some
from test_rotate import WALK

REQUESTS = len(WALK) + 1


def break_requests(box, torture, failed, numbers=range(REQUESTS), **fault):
    for number in numbers:
        box.aws.fault(skip=number, **fault)
        done = torture.rotate()
        box.aws.control('clear-faults')
        torture.check(done, 'request %d: %s' % (number, fault))
    torture.end(failed)


def case_each_request_is_refused(box):
    break_requests(box, of_sam(box), 4, kind='error', code='AccessDenied',
                   status=403, message='no')


def case_each_request_is_refused_with_mfa(box):
    break_requests(box, of_alex(box), 5, kind='error', code='AccessDenied',
                   status=403, message='no')


def case_each_answer_is_lost(box):
    """So often that no attempt helps, of ours or of libcurl's."""
    break_requests(box, of_sam(box), 5, kind='lost', count=9)


def case_each_answer_is_lost_with_mfa(box):
    break_requests(box, of_alex(box), 5, kind='lost', count=9)


def case_no_request_arrives(box):
    break_requests(box, of_sam(box), 5, kind='reset', count=9)


def case_iam_fails_each_time(box):
    break_requests(box, of_sam(box), 3, kind='error', code='ServiceFailure',
                   status=500, count=3)


def case_each_answer_is_cut(box):
    break_requests(box, of_sam(box), 3, kind='cut', count=3)


def case_some_answers_are_lost_with_a_password_store(box):
    with KEYRINGS['pass'](box):
        break_requests(box, of_alex(box), 1, some(range(REQUESTS), 1, 5),
                       kind='lost', count=9)


def case_some_answers_are_lost_with_a_secret_service(box):
    with KEYRINGS['secret-service'](box):
        break_requests(box, of_alex(box), 1, some(range(REQUESTS), 2, 5),
                       kind='lost', count=9)


if __name__ == '__main__':
    run_cases(globals())
