#ifndef AWS_TRUST_H
#define AWS_TRUST_H

/*
 * The certificates that requests trust instead of the system's, and who set
 * them.  All NULL and 0 if nobody did.
 */
struct trust {
	const char *ca_bundle; /* path of a file of certificates */
	const char *from;      /* "AWS_CA_BUNDLE" or "profile testing" */
	const char *key;       /* "AWS_CA_BUNDLE" or "ca_bundle" */
	const char *file;      /* that has the key, or NULL: a variable */
	unsigned line;         /* of file */
};

#endif
