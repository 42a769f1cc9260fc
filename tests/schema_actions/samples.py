"""A small evaluation written for the tests, with the page shapes of a real one."""

COVER = """\
**Evaluation Juin 2030**

# Synthèse

- Que 1 actions sont en retard
- Que 0 actions sont, à l'inverse, en avance
- Que 1 actions sont sur le rythme attendu

SYNTHESE (en pourcentage) : **0%** **0%** **50%** **50%** **0%** **0%** **0%**

SYNTHESE (en nombre de fiches) : **0** **0** **1** **1** **0** **0** **0**

Aucun des axes ne pose de difficulté.

Axes\tObjectifs\tActions\tEvaluation
Axe 1 - Vivre ensemble\tObjectif 1 : Se parler\t1.1.1 : Ouvrir un café\t
\t\t1.1.2 : Fermer la rue\t
\t2.1.1 : Planter des arbres\tNon concerné

"""
CAFE = """\
# • Axe 1.

VIVRE
*ENSEMBLE*

# • Axe 1 •

## VIVRE ENSEMBLE

**OBJECTIF 1 : Se parler**

**ACTION 1.1.1 :** Ouvrir un café.

**Calendrier initial :**

2030\t2031\t2032
\tX\t

**Evaluation :** ↓



**CE QUI A ETE FAIT DEPUIS JUIN 2029 :**

Un lieu a été trouvé  
 → près de la gare :

\\* le bail est signé
- \\* les clés sont là

# • Axe 1 •

## VIVRE ENSEMBLE

Vivre ensemble demande une salle.

\tÉtages\tSurface
Salle\t1\t1 200
<b>Cave</b>\t\t<b>80</b>

**RESULTATS OBSERVES / SUIVI DES INDICATEURS :**

Voir <https://example.org/cafe>

##### **Le compte**

12 tables



**CE QUI EST PREVU D'ICI JUIN 2031 :**

**POINTS D' ATTENTION OU DE VIGILANCE :**

La machine fait du bruit). Elle coûte..

"""
STREET = """\
<p><b>OBJECTIF 1 : Se parler davantage</b></p>\t
<p><b>ACTION 1.1.2 : Fermer une rue</b></p>\t
<p><b>Calendrier initial :</b>                  2030 : essai                  2e semestre : \
bilan</p>\t<p><b>Evaluation :</b></p> 
<p><b>CE QUI A ETE FAIT DEPUIS JUIN 2029 :</b></p> <p><u>Samedi</u> : jeux</p> <ul><li>• deux \
bancs</li><li>- un filet</li></ul>\t<p><b>RESULTATS OBSERVES / SUIVI DES INDICATEURS :</b></p>

<p>Une fête, le soir</p>\t<p>90 enfants</p>
<u>CE QUI EST PREVU D'ICI JUIN 2031 :</u>\t<u>POINTS D'ATTENTION OU DE VIGILANCE :</u>
<p><b>Suite : </b>une autre rue</p>\t

"""
TREES = """\
# • Axe 2 •

## LA VILLE VERTE

### **OBJECTIF 1 : Faire de l'ombre**

#### **ACTION 2.1.1 : Planter des arbres**

##### **Calendrier initial :**

Quand il pleuvra

##### **Evaluation :**

Non concerné

##### **CE QUI A ETE FAIT DEPUIS JUIN 2029 :**

##### **RESULTATS OBSERVES / SUIVI DES INDICATEURS :**

##### **CE QUI EST PREVU D'ICI JUIN 2031 :**

##### **POINTS D'ATTENTION OU DE VIGILANCE :**

L'eau manque"""
DOCUMENT = COVER + CAFE + STREET + TREES
