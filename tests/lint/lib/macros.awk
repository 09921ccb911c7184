# What mdoc pages name: "FILE<tab>LINE<tab>KIND<tab>NAME", KIND being
#	item	an option that a list of the page is about (.It Fl)
#	option	an option that is spoken of (Fl)
#	topic	a command that the page's list of commands is about (.It Cm)
#	word	what is marked as a command or a value (Cm)
#	call	a command behind the program's name (Nm rolekey Cm)
#	page	another page: NAME(SECTION)
# A name of several words has blanks between them; an option has its dashes.

BEGIN {
	n = split("Ac Ao Aq Ar Bc Bo Bq Cm Dc Do Dq Dv Ec Em Eo Er Ev Fl Ic " \
		  "It Li Nm No Ns Oc Oo Op Pa Pc Po Pq Ql Qq Sc So Sq Sx Sy " \
		  "Ta Va Xr", names, " ")
	for (i = 1; i <= n; i++)
		macro[names[i]] = 1
}

function put(kind, name)
{
	if (name != "")
		printf "%s\t%d\t%s\t%s\n", FILENAME, FNR, kind, name
}

function close_macro()
{
	if (at == "Xr")
		put("page", words)
	else if (at == "Cm") {
		put("word", words)
		if (of_program && !called)
			put("call", words)
		else if (of_item && of_commands && !called)
			put("topic", words)
		called = 1
	} else if (at == "Nm")
		of_program = words == "" || words == "rolekey"
	words = ""
}

function take(word)
{
	if (at == "Fl")
		put(of_item ? "item" : "option", "-" word)
	else if (at == "Xr" && words != "" && words !~ /\)$/)
		words = words "(" word ")"
	else
		words = words (words == "" ? "" : " ") word
}

/^\.S[hs] / {
	of_commands = tolower($2) == "commands" || $2 == "DESCRIPTION"
}

/^\.[A-Z]/ {
	sub(/^\./, "")
	at = words = ""
	of_item = $1 == "It"
	of_program = called = 0
	for (i = 1; i <= NF; i++)
		if ($i in macro) {
			close_macro()
			at = $i
		} else if ($i !~ /^[][|.,:;()?!]$/)
			take($i)
	close_macro()
}
