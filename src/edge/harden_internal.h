#ifndef EDGE_HARDEN_INTERNAL_H
#define EDGE_HARDEN_INTERNAL_H

/*
 * Limits and signals as harden_process() found them, for a program that takes
 * this one's place: libraries (GLib's sockets for one) leave SIGPIPE ignored.
 * Nothing happens if the process was never hardened.
 */
void harden_undo(void);
void harden_undo_signals(void);

#endif
