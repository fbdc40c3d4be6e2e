"""Invented names. Combined by chance from common ones; no person is meant."""

FAMILY = (
    "Albu", "Andrei", "Avram", "Bălan", "Barbu", "Bejan", "Boboc", "Bogdan", "Bratu", "Bucur", "Călin",
    "Cernat", "Chiriac", "Ciobanu", "Coman", "Constantin", "Crăciun", "Cristea", "Dănilă", "Diaconu", "Dinu",
    "Dobre", "Dragomir", "Drăgan", "Dumitru", "Enache", "Filip", "Florea", "Gavrilă", "Ghiță", "Grigore",
    "Grosu", "Iacob", "Ilie", "Ioniță", "Lazăr", "Lungu", "Lupu", "Manea", "Manole", "Marin", "Matei",
    "Mihăilă", "Mocanu", "Moldovan", "Munteanu", "Mureșan", "Neagu", "Nedelcu", "Nistor", "Oprea", "Pană",
    "Păun", "Petcu", "Pintea", "Preda", "Radu", "Rotaru", "Rusu", "Sandu", "Șandru", "Sârbu", "Stan", "Ștefan",
    "Stoica", "Suciu", "Tănase", "Toma", "Țăranu", "Țepeș", "Tudor", "Ungureanu", "Vasile", "Vlad", "Voicu",
    "Zamfir",
)  # fmt: skip

DOUBLE = ("Ștefănescu-Popa", "Horváth-Szabó", "Popescu-Ionescu", "Țurcanu-Munteanu")

GIVEN = (
    "Adela", "Adrian", "Alexandra", "Alina", "Ana", "Andreea", "Angela", "Anișoara", "Aurel", "Bianca",
    "Camelia", "Carmen", "Cătălina", "Claudia", "Constanța", "Corina", "Cornelia", "Cristian", "Cristina",
    "Dana", "Daniela", "Delia", "Diana", "Doina", "Dorin", "Elena", "Eugenia", "Felicia", "Florentina",
    "Gabriela", "George", "Georgeta", "Ileana", "Ioana", "Ion", "Irina", "Laura", "Lavinia", "Lidia", "Liliana",
    "Lucia", "Luminița", "Magdalena", "Marcela", "Maria", "Mariana", "Marius", "Mihaela", "Monica", "Nicoleta",
    "Oana", "Olga", "Otilia", "Paula", "Petru", "Rodica", "Roxana", "Ruxandra", "Silvia", "Simona", "Sorina",
    "Stela", "Tatiana", "Valeria", "Vasilica", "Veronica", "Viorica", "Zenobia",
)  # fmt: skip

# A few people whose names and language are of the neighbours.
FOREIGN = (
    ("Зозуля", "Юлія", "Андріївна", "uk"),
    ("М’ясоїд", "Оксана", "Іванівна", "uk"),
    ("Ґалаґан", "Леся", "Петрівна", "uk"),
    ("Щербак", "Тарас", "Олегович", "uk"),
    ("Гергов", "Ивайло", "Петров", "bg"),
    ("Цветкова", "Снежана", "Ангелова", "bg"),
    ("حداد", "ليلى", "يوسف", "ar"),
    ("الشامي", "سامي", "نبيل", "ar"),
)

# County: (code of the region, county, town halls, towns of the centres)
COUNTIES = (
    ("RO-TM", "Timiș", ("Lugoj", "Jimbolia", "Făget"), "Timișoara"),
    ("RO-CJ", "Cluj", ("Turda", "Dej", "Gherla"), "Cluj-Napoca"),
    ("RO-IS", "Iași", ("Pașcani", "Hârlău", "Târgu Frumos"), "Iași"),
)
