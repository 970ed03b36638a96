package pii

// namesEnd goes on over the words of a name or a postal address that ends at end so
// far: those with a capital or a digit, and particles. Keys of other values stop it.
func namesEnd(t string, end int, address bool) int {
	for n := 0; n < maxNames; n++ {
		i := end
		if address && i < len(t) && t[i] == ',' {
			i++
		}
		if i >= len(t) || t[i] != ' ' {
			return end
		}
		i++
		stop := bareEnd(t, i, keyScan)
		if stop == i || stop < len(t) && t[stop] == ']' || isNextKey(t, i, stop) || !isNamePart(t[i:stop], address) {
			return end
		}
		end = stop
	}
	return end
}

// maxNames is how many more words a name or an address may have.
const maxNames = 10

func isNamePart(s string, address bool) bool {
	return isUpper[s[0]] || s[0] >= 0x80 || address && isDigit[s[0]] || nameParticles.has(s)
}

// isNextKey tells whether the word t[i:stop] is the key of another value.
func isNextKey(t string, i, stop int) bool {
	for k := i; k < stop; k++ {
		if t[k] == ':' || t[k] == '=' {
			return true
		}
	}
	return stop < len(t) && (t[stop] == '"' || t[stop] == '(' || hasAt(t, stop, " =") || hasAt(t, stop, " :"))
}

// nameParticles stand between the words of names.
var nameParticles = newWordList(`de da do dos das di del della der den van von zu la le el al bin ibn y e`)
