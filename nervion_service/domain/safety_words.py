"""The words by which a message may speak of an accident, and those that only look like it (K1).

Stems without accents and in lower case, as regular expressions that begin at a word. Spanish first, English after it. What paints
are and do is full of such words: "gris humo", "ojo de pescado", "un muro que respira". Whoever is rung up at night for a colour
ignores the next alarm, so those are taken out of the text before it is read (HARMLESS).
"""

INJURY = "Injury"
EXPOSURE = "Exposure"
FIRE = "Fire"
SPILL = "Spill"

_BODY = "(piel|manos?|caras?|brazos?|piernas?|ojos?|dedos?|pies?|labios?|boca|lengua|garganta|cuello|rostro|parpados?|cuerpo|pecho)"
_DRUNK = (
	"(thinner|tiner|tinner|solventes?|aguarras|barniz|sellador|catalizador|acido|cloro|quimicos?|gasolina|removedor|diluyente|"
	"adelgazador|esmalte|primario)"
)
# what swells when a paint or the wood beneath it does
_SWELLS = "(puerta|madera|pintura|pared|muro|triplay|mueble|piso|zoclo|marco|panel)"
_SUBSTRATE = (
	"(muros?|pared|paredes|maderas?|superficies?|sustratos?|concreto|piedra|cantera|adobe|poros?|fachadas?)"
)
# "se quemo", "se me quemo", "se nos volco"
_SE = "se( me| te| le| les| nos)?"
_CAN = "(puede|puedo|pueden|podia|podian|podemos|logra)"
# after "cannot see": what is on a screen or in a box, not what is wrong with the eyes
_SEEN = "(el|la|los|las|lo|su|sus|mi|mis|un|una|si|en|que|como|cuando|donde|cual|cuanto)"

HINTS = {
	INJURY: (
		"quemadur", f"{_SE} quem(o|aron)", "(me|nos|se) (estoy|estamos|esta|estan) quemando", "(me|nos) quem(e|amos)", f"quem\\w+ (la|las|el|los|su|sus|mi|mis) {_BODY}",
		"lesion", "herid[oa]", "lastim(o|e|aron|ad[oa]s?|adur\\w+|arse|amos)\\b", "(me|le|se|nos) lastima\\b",
		"accident(e|es|ad[oa]s?|o|aron|arse)\\b", "hospitaliz", "al hospital", "(llev|intern|ingres)\\w+( \\w+){0,3} hospital",
		"(esta|estan|estuvo|estuvieron|sigue|siguen|quedo|termino|acabo)"
		"( (ahora|ahorita|ya|grave|todavia|internad[oa]s?))? en (el |un )?hospital",
		"(llev|fue|fuimos|fueron)\\w*( \\w+){0,2} (al|con el|a la) (medico|doctor|clinica|cruz roja)",
		"ambulancia", "paramedic", "urgencias\\b", "emergencia medica", "muri(o|eron)\\b", "fallec", "fractur", "descalabr", "electrocut",
		"cay(o|eron) (del?|desde)( la| el| una?)? (andamio|escalera)", "perd\\w+ (la vista|la vision|un ojo)",
		"burn(s|ed|t)? (my|his|her|their|hand|face|skin|arm)", "got burn", "was burn", "injur", "wounded", "got hurt", "was hurt",
		"accidents?\\b", "ambulance", "emergency room", "hospitali[sz]", "(to|in) (the )?hospital\\b", "fell (off|from) (the |a )?(ladder|scaffold)",
		"lost (his|her|my|their) (sight|vision|eyesight)",
	),
	EXPOSURE: (
		"intoxic", "envenen", "inhal", "ingiri", "ingerid", "trag(o|aron|ue|ado)\\b", "beb(io|ieron|ido)\\b",
		f"tom(o|e|aron|amos|ado|ando)\\b( \\w+){{0,4}} {_DRUNK}\\b",
		"tom(o|e|aron|ado)( un| algo| poco| tragos?)*( de)?( la)? pintura", "salpic", "mare(o|os|ado|ada|ados|adas)\\b", "vomit", "nausea",
		"desmay", "inconsciente", "perd\\w+ (la conciencia|el conocimiento)", "asfixi", "ahog(a|o|aba|ando)\\b", "respirar",
		"respir(o|aron|amos|ando|ado)\\b", "falta(ba)? (de|el) aire", "asma\\b", "asmatic", "(los|mis|sus|tus) ojos", "(el|un) ojo\\b",
		f"no {_CAN} ver\\b(?! {_SEEN}\\b)", "(vista|vision|ve|veo) borros", "qued\\w+ cieg", "alergi", "irritacion",
		f"irrit\\w+ (la|las|el|los) {_BODY}", "arde(n|r|ia|ian)?\\b", "ardor", "ronchas?\\b",
		"sarpullid", "comezon", "picazon", f"ampoll\\w+ en (la|las|el|los|su|sus|mi|mis) {_BODY}",
		f"hinch\\w+ (la|las|el|los|su|sus|mi|mis) {_BODY}", f"(me|le|les|nos) hinch\\w+(?! (la|el|las|los) {_SWELLS})", "convulsi", "(?<!un )dolor(es)? de cabeza",
		"poison", "swallow", "drank", "faint(ed|ing)", "unconscious", "dizz", "splash", "(my|his|her|their|the) eyes?\\b", "blurr(y|ed) vision",
		"(short(ness)?|out) of breath", "breath(e|ed|ing)\\b", "asthma", "rash\\b", "hives\\b", "allerg",
		"(can't|cannot|can not) see\\b(?! (my|your|the|it|any|an?|where|how|why|when|if|that|this|what|which)\\b)",
	),
	FIRE: (
		"incendi", "fuego", "explo(sion|to|ta|tar|siones)", "se prendio", "en llamas", "humo", "se (esta |estaba )?quemando", "ardiendo",
		"(llam|vin|lleg)\\w+ (a )?(los )?bomberos",
		"fires?\\b", "caught fire", "explo(ded|sion|des)", "smok(e|ing)\\b", "flames",
	),
	SPILL: (
		"derram", f"{_SE} tir(o|aron)\\b", f"{_SE} reg(o|aron)\\b", "volc(o|aron|amos|ad[oa]s?|adura)\\b", "fuga", "se esta saliendo",
		"(al|hacia el) (drenaje|desague|alcantarillado|arroyo|rio)\\b", "(a|hacia) la (alcantarilla|coladera)",
		"spill", "leak", "(tipped|knocked) over", "overturned", "(down|into) the (storm )?(drain|sewer)",
	),
}  # fmt: skip

_COLOUR = "(color|colores|tono|tonos|gris|rojo|azul|verde|naranja|amarillo|ocre|blanco|negro|beige|cafe|rosa|perla|plata|marron)"
_OF_FIRE = "(fuego|humo|incendio|explosion|llama|sangre)"

# what paints are called, sold for and suffer is no accident
HARMLESS = (
	f"{_COLOUR}( de)? {_OF_FIRE}",
	"(contra|retard\\w+|resist\\w+|a prueba de|ignifug\\w+)( de| del| al| el| a)?( la| las)? (fuego|incendios?|explosion\\w*|humo)",
	"(linea|lineas|red|redes|tuberia|tuberias|gabinetes?|equipos?|sistemas?|brigada) (de|contra) incendios?",
	"(detector|detectores|sensor|sensores|extractor|extractores) de humos?",
	# a wall breathes today and always; whoever did so while painting it inhaled something
	f"respir(a|an|e|en|ar) (al|el|la|los|las|a la|a las|a los) {_SUBSTRATE}",
	f"{_SUBSTRATE}( que)?( (pueda|puedan|puede|pueden|debe|deben|deja|dejan|necesita|necesitan))? respir(a|an|e|en|ar)\\b",
	"ojos? de (pescado|pez|agua)",
	"(no|sin) salpi\\w+",
	"por accidente\\b",
	"(entreg|surt|suministr|cotiz|vend|factur)\\w*( \\w+){0,2} al hospital",
	"(fugas?|goteras?) de agua",
	"(contra|para|sella|sellar|tapar|reparar|evitar)( las)? fugas\\b",
	"(no )?tom(o|e|aron|amos|ado|ando)( \\w+){0,2} (fotos?|fotografias?|muestras?|medidas?|lecturas?|nota|notas|video|videos)",
	"fire[- ]?(retardant|resistan|proof|rated|rating|doors?|exits?|extinguishers?|hydrants?|stations?|protection|lines?|red)\\w*",
	"(against|from) fire",
	"smoke (gr[ae]y|detectors?|white|blue)",
	"(let|lets|letting|allows?|allowing)( \\w+){0,3} (walls?|wood|surfaces?|masonry|substrates?)( to)? breathe?",
	"splash[- ]?(backs?|zones?|proof|guards?)",
	"by accident\\b",
	"(roof|water|rain)( \\w+)? leak\\w*",
	"burnt (sienna|umber|orange)",
)
