#ifndef EDGE_PROCESS_HARDEN_INTERNAL_H
#define EDGE_PROCESS_HARDEN_INTERNAL_H

/*
 * Restores the limits and signals of the start, for a program that replaces
 * this one.
 */
void harden_undo(void);
void harden_undo_signals(void);

#endif
