#ifndef EDGE_PROCESS_HARDEN_INTERNAL_H
#define EDGE_PROCESS_HARDEN_INTERNAL_H

/*
 * Limits and signals as they were found, for a program that takes this one's
 * place.  What was not remembered stays as it is.
 */
void harden_undo(void);
void harden_undo_signals(void);

#endif
