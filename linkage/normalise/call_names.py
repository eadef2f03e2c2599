"""Dutch call names (roepnamen) and the names they stand for, as far as they do not sound alike already.

Common knowledge of Dutch naming: baptismal names in their Latin form, beside the short forms that people are called by
and that agencies write down. A call name may stand for several names (Ans: Anna or Johanna).
"""

from types import MappingProxyType

_CALLED = """
johannes: jan johan hans hannes jo joop joost jannes janus john johnny
jacobus: jaap jacob sjaak jacques jaco coos kobus koos jacco sjakie
petrus: piet pieter peter pim pierre peer petie
cornelis: kees cor corneel cees nelis niels cok
hendrikus: henk hendrik hein heinrich rik henri harrie harry henry hennie
wilhelmus: wim willem wil willy guillaume helmus pim bill
gerardus: gerard gert gerrit geert gerry gerhard ger geurt
antonius: anton toon ton antoon teun theunis teunis tonny antonie toine twan tony
theodorus: theo dorus dirk dick theodoor door
franciscus: frans francis frank sis francesco franklin
nicolaas: klaas nico nick niek nicolas nikolaas klaus
adrianus: adriaan ad arie adri janus arjan aad
leonardus: leo leonard leendert len lennard leen
martinus: martin maarten tinus tijn marten
matheus: mathijs matthijs thijs theeuwes mattheus tijs teeuwis mathieu
mathias: mathijs matthijs thijs tijs matthias
bernardus: bernard ben bernd berend nard bernhard
laurentius: laurens lau lourens louw rens
josephus: jozef sjef jos joep jef joseph zef
christianus: christiaan chris kris stiaan
christoffel: chris stoffel kris christophe
christina: stien tineke stijntje tina chris christine krista
lambertus: lambert bert bertus lammert lam
albertus: albert bert bertus ab appie aalbert
hubertus: huub hubert bert bertus huib bertie
egbertus: egbert bert bertus
gijsbertus: gijs gijsbert bert bertus
norbertus: norbert bert bertus
robertus: robert rob bob robbert bert
rudolphus: rudolf ruud rolf dolf roelof rudi roel
everardus: evert eef everhard ewoud
alexander: alex sander lex sasja xander
sebastianus: bas sebastiaan bastiaan
augustinus: guus stijn augustijn august
augustus: guus august gus
constantinus: stijn constantijn
benjamin: ben benno
daniel: daan danny dan
michael: michiel giel mike michel maikel
simon: siem symen siemon
thomas: tom tommie maas
stephanus: stef stefan steven stephan
ludovicus: lodewijk louis lode ludo
eduardus: eduard ed eddy edward edo
ferdinandus: ferdinand ferdi nand
vincentius: vincent vince cent
aloysius: louis alois wiet
paulus: paul pauwel
marcus: mark marco marc
lucas: luuk luc luca
andreas: andries dries andre
philippus: flip filip philip
johanna: jo annie ans hanna hanneke janneke jannie joke anja hannie jopie johanneke sjaan jeanne
anna: ans annie anneke anja antje anke annet annemiek
maria: marie mia ria riet marieke mieke marijke marja miep rie mieneke mariska marijtje mies
elisabeth: els betsy lies bep liesbeth betty ellie elly lisa elsbeth ilse elsje liesje beth elize lisette
geertruida: truus geertje trudy geerte trui trudie gertrude gertie truida
wilhelmina: mien willie wil mina minie willemijn wilma willemien helma wim mientje
cornelia: corrie cor nel neeltje nelleke cokkie cora lia corry nelly neel
catharina: trijn toos katrien cato karin katja tini catrien kaat ina carina
margaretha: greet gretha margriet griet grietje marga margot gre greetje margreet
hendrika: riek hennie rika henny drika heintje ria riekie
petronella: nel nelly petra pieternel nella pietje ella
adriana: jaantje sjaan adrie janna ada ariaantje
jacoba: coba jacqueline coby jaapje koosje
helena: leen lena leentje heleen ellen hella lenie
theodora: door thea doortje dora
antonia: toos tonny toni antje tonia ton
francisca: cisca fransje francien sis ciska francine
magdalena: leen lena magda leny madeleine
aleida: alie aaltje alida leida
alberta: bertha bep berta
gerarda: gerda gerry ger
susanna: suus suzanne sanne san suze
josephina: jos josefien fien josje josien fientje
clasina: sien klazien sientje klasina ina
paulina: paulien lien
carolina: lien carolien lientje line
adelheid: heidi aleid
sophia: fie sofie fietje
lucia: luus lucie luce
agatha: aagje aagtje agaath
barbara: babs barbera baar
dorothea: dora door thea doortje dorien dorothee
henriette: jet jetty jetje
gijsberta: bertie gijsje
frederik: frits fred freek fedde
frederika: frieda fredi rika riek frederieke
"""


def _by_call_name() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for line in _CALLED.split("\n"):
        full, _, called = line.partition(":")
        for name in called.split():
            held = found.setdefault(name.replace("ij", "y"), [])
            held.append(full.replace("ij", "y"))
    return {name: tuple(dict.fromkeys(full)) for name, full in found.items()}


_FULL_NAMES = MappingProxyType(_by_call_name())


def full_names(word: str) -> tuple[str, ...]:
    """The names in full that a normalised given name stands for; none where it is no call name."""
    return _FULL_NAMES.get(word, ())
