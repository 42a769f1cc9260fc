"""The words and abbreviations of French street names, as tables.

They gather the abbreviations of La Poste (NF Z 10-011), of the fiscal file of streets (FANTOIR,
which the national address base takes over) and of Sirene, and those that people write. All words
are normalised. An abbreviation of several lines has several meanings.
"""


def words(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


# Kinds of streets: the kind, then the other ways to write it.
KINDS = """
abbaye: abe
aerodrome: aer aerd
aerogare: aerg
agglomeration: agl
aire: aires
allee: allees all al alle alls
ancien chemin: ach, anc chemin
ancienne route: art, anc route
angle: ang angl
anse:
arcade: arcades arc
autoroute: aut
avenue: av ave aven
balcon: balc
barrage:
barriere: bre barr
bas chemin: bch
bassin: bsn bass
bastide: bstd
bastion: bast
beguinage: begi
berge: berges ber
bord: bords
boucle: bcle
boulevard: bd bld blvd boul bvd bou bould
bourg: brg
bretelle: brtl
butte: but butt
cale:
camin: cami
camp:
campagne: cgne
camping: cpg
canal: can
carre: carr
carrefour: car caref carr carref
carriere: care car
caserne: casr cas
castel: cst
cavee: cav
centre: ctre cen
centre commercial: ccal, ctre cial, centre cial
chalet: chl chal
champ: chp champs
chapelle: chap
charmille: chi
chasse: cha
chateau: cht chat
chaussee: chs chse chss chaus chau
chemin: ch che chem chemins
chemin communal: cc, che communal
chemin d exploitation: ce, chemin exploitation
chemin departemental: cd, che departemental, ch departemental
chemin forestier: cf, che forestier
chemin rural: cr, che rural, ch rural
chemin vicinal: chv cv, che vicinal, ch vicinal
cheminement: chem
cite: cites ci cit
clairiere: clr
cloitre: cloi
clos: clo
coin:
col:
colline: coli
contour: ctr cont
corniche: cor crnc
coron: coro
cote: coteau
cottage: cott
couloir: clr
cour: cr cou
cours: crs
coursive: cive
croix: crx
darse: dars
degre: deg
descente: dsc desc
desserte:
deviation: devi dev
digue: dig
domaine: dom
draille: dra
dreve: dre
ecart: eca
ecluse: ecl
eglise: egl
embranchement: embr
emplacement: emp
enclave: env
enclos: enc
enceinte: en
escalier: escaliers esc
espace: espa
esplanade: esp espl
etang: etng etg
faubourg: fg fbg faub fbourg fauborg
ferme: frm ferm
fond: fd
fontaine: fon font
foret: for frt
fort:
forum: form
fosse: fos foss
foyer: foyr
galerie: galeries gal gale
gare:
garenne: garn
giratoire: gir
grand boulevard: gbd
grande avenue: gdav
grande place: gpl gdpl, grand place
grande rue: gr gdr, grand rue, gde rue, gd rue
grange: grge
greve: grev
grille: gri
grimpette: grim
groupe: gpe grp grpe
groupement: gpt
habitation: hab
halage: hlg
halle: halles hle
hameau: hameaux ham
haut chemin: hch
hippodrome: hip hipp
hlm:
ile:
ilot:
immeuble: immeubles imm
impasse: imp impas
jardin: jardins jard jar
jetee: jte
lac:
levee: leve
lices: lice
lotissement: lot lotis lotiss
mail:
maison: mais
maison forestiere: mf
manoir: man
marche: mar march mch
mare:
marina: mrn
mas:
montee: mte mnt
morne: mne
moulin: mln
nouvelle route: nte
palais: pal
parc: parcs
parc d activites: pa, parc activites, parc d activite
parking: pkg
parvis: prv pvr parv
passage: pas pass pge psge
passage a niveau: pn
passe: pass
passerelle: ple
patio: pat
pavillon: pav
peripherique: peri periph
peristyle: psty
petit chemin: pch, pt chemin
petite allee: pta
petite avenue: pae
petite impasse: pim
petite route: prt
petite rue: ptr, pte rue
phare: phar
piste: pist
place: pl plac
placette: ptte
placis: plci
plage: plag
plaine: pln plai
plan:
plateau: plt
pointe: pnt pnte
pont:
porche: pche
port:
porte: pte prte
portique: porq
poterne: pot
pourtour: pour
prairie: prai
pre:
presqu ile: prq, presquile
promenade: prom pro prm
quai: qu quais
quartier: qua qrt quart quar qu
raccourci: rac
raidillon: raid rdl
rampe: rpe
ravin: rav
ravine: rve
rempart: remparts rem
residence: res resid
rive:
rocade: roc
rond point: rpt rdpt rdp rop rondpoint rdpoint, rd pt
rotonde: rtd
route: rte rou
route departementale: rd cd departementale, rte departementale
route nationale: rn nationale, rte nationale
rue: r
ruelle: rle ruel rul
ruellette: rult
ruette: ruet
ruisseau: ruis
sente: sen sent sentes
sentier: sen sent sentiers
square: sq squ
stade: stde std
station: sta
terrain: trn
terrasse: terrasses tsse terr
terre plein: tpl, terreplein
tertre: trt tertres
tour: tours
traboule: trab
traverse: tra trav
tunnel: tun tunn
val: vals
vallee: vall valee
vallon: vall
venelle: ven
via:
viaduc: viad
vieille route: vte
vieux chemin: vche vch, vx chemin
villa: vla villas
village: vge vlge villages
ville: vil
voie: voi voies
voie communale: vc
voirie: voir
voute: vout
zone: zones
zone artisanale: za
zone d activite: za zae, zone d activites, zone activite, zone activites, zone economique
zone d amenagement concerte: zac, zone amenagement concerte
zone d amenagement differe: zad, zone amenagement differe
zone industrielle: zi zic
zone a urbaniser en priorite: zup, zone urbaniser en priorite
"""
# They only say that no street has a name there: "lieu-dit Le Bourg" is "Le Bourg".
NO_KIND = ("lieu dit", "lieudit", "lieux dits", "ld", "ldt")
# Letters of a numbered road, before its number: "N 20", "D2020".
ROAD_LETTERS = {"n": "route nationale", "d": "route departementale", "a": "autoroute"}
NUMBERED_ROADS = words("""
nationale departementale rural rurale vicinal vicinale communal communale rn rd cd vc cr cv n d
""")
# A street of this kind is also written "rue du faubourg Bannier".
KINDS_AFTER_RUE = frozenset({"faubourg"})

# Abbreviations of a title or first word, never the last word of a name: meanings, likeliest first.
TITLES = {
    "abb": ["abbe"],
    "ab": ["abbe"],
    "adj": ["adjudant"],
    "adjt": ["adjudant"],
    "am": ["amiral"],
    "aml": ["amiral"],
    "amir": ["amiral"],
    "archev": ["archeveque"],
    "asp": ["aspirant"],
    "bat": ["bataillon", "batiment"],
    "bn": ["baron"],
    "brig": ["brigadier"],
    "btn": ["bataillon"],
    "btns": ["bataillons"],
    "cap": ["capitaine", "cap"],
    "capit": ["capitaine"],
    "cpt": ["capitaine"],
    "cpte": ["comte"],
    "cne": ["capitaine", "commune"],
    "card": ["cardinal"],
    "cdl": ["cardinal"],
    "cdt": ["commandant"],
    "cmdt": ["commandant"],
    "cdant": ["commandant"],
    "com": ["commandant", "commune"],
    "comm": ["commandant"],
    "chan": ["chanoine"],
    "chev": ["chevalier"],
    "cie": ["compagnie"],
    "cnl": ["colonel"],
    "col": ["colonel", "col"],
    "comp": ["compagnons"],
    "cons": ["conseiller"],
    "dep": ["depute", "departemental"],
    "dir": ["directeur"],
    "div": ["division"],
    "doct": ["docteur"],
    "dr": ["docteur"],
    "drs": ["docteurs"],
    "ecriv": ["ecrivain"],
    "ep": ["epoux"],
    "evq": ["eveque"],
    "fr": ["freres", "francais"],
    "frs": ["freres"],
    "fus": ["fusilier"],
    "gal": ["general"],
    "gaux": ["generaux"],
    "gen": ["general"],
    "gnl": ["general"],
    "gl": ["general"],
    "gou": ["gouverneur"],
    "gouv": ["gouverneur"],
    "imp": ["imperatrice"],
    "ing": ["ingenieur"],
    "ings": ["ingenieurs"],
    "insp": ["inspecteur"],
    "inst": ["instituteur", "institut"],
    "jq": ["jacques"],
    "lieut": ["lieutenant"],
    "lnt": ["lieutenant"],
    "lt": ["lieutenant"],
    "ltn": ["lieutenant"],
    "ltc": ["lieutenant colonel"],
    "lcl": ["lieutenant colonel"],
    "ltdv": ["lieutenant de vaisseau"],
    "mal": ["marechal", "mal"],
    "maux": ["marechaux"],
    "mar": ["marechal", "maritime"],
    "mchal": ["marechal"],
    "marech": ["marechal"],
    "ml": ["marechal"],
    "me": ["maitre"],
    "mtre": ["maitre"],
    "med": ["medecin"],
    "mgr": ["monseigneur"],
    "min": ["ministre"],
    "mis": ["marquis"],
    "mqs": ["marquis"],
    "mise": ["marquise"],
    "mqse": ["marquise"],
    "mlle": ["mademoiselle"],
    "mlles": ["mesdemoiselles"],
    "mm": ["messieurs"],
    "mme": ["madame"],
    "mmes": ["mesdames"],
    "mr": ["monsieur"],
    "mt": ["mont"],
    "nd": ["notre dame"],
    "past": ["pasteur"],
    "pce": ["prince"],
    "pcesse": ["princesse"],
    "pdt": ["president"],
    "pres": ["president"],
    "pr": ["professeur", "pere"],
    "pref": ["prefet", "prefecture"],
    "prof": ["professeur"],
    "profs": ["professeurs"],
    "pt": ["petit", "pont", "president"],
    "ptes": ["petites"],
    "pts": ["petits", "ponts"],
    "pte": ["petite", "porte"],
    "rect": ["recteur"],
    "reg": ["regiment"],
    "regt": ["regiment"],
    "rgt": ["regiment"],
    "rev": ["reverend"],
    "rp": ["reverend pere"],
    "sen": ["senateur"],
    "sgt": ["sergent"],
    "slt": ["sous lieutenant"],
    "soc": ["societe"],
    "spref": ["sous prefet"],
    "vve": ["veuve"],
}
# Abbreviations of other words, at any place of a name.
NOUNS = {
    "anc": ["ancien", "ancienne"],
    "bse": ["basse"],
    "chp": ["champ"],
    "chps": ["champs"],
    "chat": ["chateau"],
    "cht": ["chateau"],
    "cial": ["commercial"],
    "clge": ["college"],
    "crx": ["croix"],
    "ctre": ["centre"],
    "ecl": ["ecluse"],
    "egl": ["eglise"],
    "etg": ["etang"],
    "etng": ["etang"],
    "fbg": ["faubourg"],
    "fg": ["faubourg"],
    "font": ["fontaine"],
    "gd": ["grand"],
    "gde": ["grande"],
    "gdes": ["grandes"],
    "gds": ["grands"],
    "hop": ["hopital"],
    "hosp": ["hospice"],
    "ht": ["haut"],
    "hte": ["haute"],
    "htes": ["hautes"],
    "hts": ["hauts"],
    "inf": ["inferieur", "infanterie"],
    "inferieure": ["inferieur"],
    "infant": ["infanterie"],
    "lib": ["liberation"],
    "liber": ["liberation"],
    "lyc": ["lycee"],
    "mais": ["maison"],
    "mil": ["militaire"],
    "mln": ["moulin"],
    "mun": ["municipal"],
    "nal": ["national"],
    "natle": ["nationale"],
    "nat": ["nationale", "national"],
    "nouv": ["nouveau", "nouvelle"],
    "nve": ["neuve"],
    "prol": ["prolonge"],
    "prolongee": ["prolonge"],
    "rep": ["republique"],
    "repu": ["republique"],
    "repub": ["republique"],
    "republ": ["republique"],
    "resist": ["resistance"],
    "roy": ["royale"],
    "sup": ["superieur"],
    "superieure": ["superieur"],
    "univ": ["universite"],
    "vel": ["velodrome"],
    "viel": ["vieille"],
    "vx": ["vieux"],
}
MONTHS = {
    "janvier": ["jan", "janv"],
    "fevrier": ["fev", "fevr"],
    "mars": [],
    "avril": ["avr"],
    "mai": [],
    "juin": [],
    "juillet": ["juil"],
    "aout": [],
    "septembre": ["sept"],
    "octobre": ["oct"],
    "novembre": ["nov"],
    "decembre": ["dec"],
}
# Words that spellings add, leave out or glue to the next one.
SMALL_WORDS = words("de du des d la le les l a au aux en et")

NUMBERS = {
    **{"deux": 2, "trois": 3, "quatre": 4, "cinq": 5, "six": 6, "sept": 7, "huit": 8, "neuf": 9},
    **{"dix": 10, "onze": 11, "douze": 12, "treize": 13, "quatorze": 14, "quinze": 15, "seize": 16},
    **{"vingt": 20, "vingts": 20, "trente": 30, "quarante": 40, "cinquante": 50, "soixante": 60},
    **{"septante": 70, "huitante": 80, "octante": 80, "nonante": 90},
}
ORDINALS = {
    **{"premier": 1, "premiere": 1, "second": 2, "seconde": 2, "deuxieme": 2, "troisieme": 3},
    **{"quatrieme": 4, "cinquieme": 5, "sixieme": 6, "septieme": 7, "huitieme": 8},
    **{"neuvieme": 9, "dixieme": 10, "onzieme": 11, "douzieme": 12, "treizieme": 13},
    **{"quatorzieme": 14, "quinzieme": 15, "seizieme": 16, "vingtieme": 20, "trentieme": 30},
    **{"centieme": 100},
}
# Names that a Roman number of one letter may follow: "avenue George V".
NUMBERED_NAMES = words("""
george georges charles pie philippe alphonse leopold louis henri jean gregoire urbain
""")
