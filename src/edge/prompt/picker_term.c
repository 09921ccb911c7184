/* Alone, because <term.h> defines words such as "columns" and "lines". */
#include <curses.h>
#include <term.h>

#include "edge/prompt/picker_internal.h"

bool picker_term_is_known(int tty)
{
	int why = 0;

	if (setupterm(NULL, tty, &why) != OK)
		return false;
	(void)del_curterm(cur_term);
	return true;
}
