#ifndef EDGE_PROCESS_TERMINAL_INTERNAL_H
#define EDGE_PROCESS_TERMINAL_INTERNAL_H

#include <stdbool.h>

#define TERMINAL_PATH_LEN 32 /* of a device, with its NUL */

/*
 * Finds the device of the terminal that fd is: /dev/tty names the controlling
 * terminal of each process, so another process cannot use it.  False if fd is
 * not a terminal, or its device is not visible here, as in some containers.
 */
bool terminal_device(int fd, char path[static TERMINAL_PATH_LEN]);

#endif
