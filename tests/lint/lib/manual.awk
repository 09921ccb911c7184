# Judges what pages name (macros.awk's lines) by what the program knows: lines
# of "command<tab>NAME", "alias<tab>COMMAND<tab>NAME", "page<tab>COMMAND<tab>PAGE"
# and "option<tab>COMMAND<tab>NAME<tab>VALUE", where an option of every command
# has "*" for COMMAND.  FACTS is the name of that file, which comes first.

BEGIN {
	FS = "\t"
}

function page_of(command, name)
{
	name = "rolekey-" command ".1"
	gsub(/ /, "-", name)
	return name
}

function wrong(text)
{
	print text
	bad = 1
}

# Letters may stand together, the last of them with its value.
function is_known(name, command, i, letter)
{
	if ((command, name) in option || ("*", name) in option)
		return 1
	if (name ~ /^--/)
		return 0
	for (i = 2; i <= length(name); i++) {
		letter = "-" substr(name, i, 1)
		if (!((command, letter) in option) && !(("*", letter) in option))
			return 0
		if ((command, letter) in takes || ("*", letter) in takes)
			return 1
	}
	return 1
}

function is_anyones(name, command)
{
	for (command in commands)
		if (is_known(name, command))
			return 1
	return 0
}

FILENAME == FACTS {
	if ($1 == "command")
		commands[$2] = callable[$2] = 1
	else if ($1 == "alias") {
		aliases[$3] = $2
		callable[$3] = 1
	} else if ($1 == "page")
		promised[$2] = $3
	else if ($1 == "option") {
		option[$2, $3] = 1
		if ($4 != "")
			takes[$2, $3] = 1
	}
	next
}

{
	page = $1
	sub(/.*\//, "", page)
	here = $1 ":" $2 ": "
	pages[page] = 1
	named[page, $3, $4] = 1
}

$3 == "item" || $3 == "option" {
	named[page, "any option", $4] = 1
	if ($4 != "--" && !is_anyones($4))
		wrong(here "the program has no option " $4)
}

$3 == "item" {
	for (command in commands)
		if (page == page_of(command) && $4 != "--" &&
		    !is_known($4, command))
			wrong(here command " has no option " $4)
}

($3 == "topic" && page == "rolekey.1" || $3 == "call") && !($4 in callable) {
	wrong(here "the program has no command " $4)
}

$3 == "page" && $4 ~ /^rolekey/ {
	split($4, parts, /[()]/)
	linked[parts[1] "." parts[2]] = here
}

END {
	for (command in commands) {
		own = page_of(command) in pages ? page_of(command) : "rolekey.1"
		home[command] = own
		if (!(("rolekey.1", "topic", command) in named))
			wrong("rolekey.1 does not list the command " command)
	}
	home["*"] = "rolekey.1"
	for (key in option) {
		split(key, parts, SUBSEP)
		own = home[parts[1]]
		if (!((own, "any option", parts[2]) in named))
			wrong(own " lacks the option " parts[2] " of " parts[1])
	}
	for (name in aliases)
		if (!((home[aliases[name]], "word", name) in named))
			wrong(home[aliases[name]] " lacks the other name " name)
	for (command in promised)
		if (!(promised[command] ".1" in pages))
			wrong("help of " command ": no page " promised[command])
	for (name in linked)
		if (!(name in pages))
			wrong(linked[name] "there is no page " name)
	for (page in pages) {
		if (page !~ /^rolekey-.*\.1$/)
			continue
		found = 0
		for (command in commands)
			found = found || page == page_of(command)
		if (!found)
			wrong(page ": the program has no such command")
	}
	exit bad
}
