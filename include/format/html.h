#ifndef FORMAT_HTML_H
#define FORMAT_HTML_H

/*
 * Returns how a character is written in the text or in a quoted attribute of an
 * HTML document (HTML Standard, 13.1.2.3 and 13.1.4); NULL: as it is.
 */
const char *html_reference(char c);

/* The characters that have a reference, for strcspn(3). */
#define HTML_SPECIAL "&<>\"'"

#endif
