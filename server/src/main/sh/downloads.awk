# From a Maven log whose lines begin with HH:mm:ss.SSS: how many milliseconds at least one download was in progress, and
# how many files arrived. A line about anything else means that no download is in progress any more.
function ms(t, p) { split(t, p, /[:.]/); return ((p[1] * 60 + p[2]) * 60 + p[3]) * 1000 + p[4] }
function close_span() { if (active > 0) { total += last - began; active = 0 } }
$1 !~ /^[0-9][0-9]:[0-9][0-9]:[0-9][0-9]\.[0-9]+$/ { next }
{ now = ms($1) + day; if (now < last - 43200000) { day += 86400000; now += 86400000 } }
/ Downloading from / { if (active++ == 0) began = now; last = now; next }
/ Downloaded from / { files++; last = now; if (active > 0 && --active == 0) total += now - began; next }
{ if (active > 0) { last = now; close_span() } last = now }
END { close_span(); printf "%d %d\n", total, files }
