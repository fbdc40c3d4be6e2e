"""One certificate in each of the five languages, with the words as its caller would translate them."""

from datetime import UTC, datetime

from formats.certificate import LABELS as LABEL_NAMES
from formats.certificate import CertificateContent

CLOCK = datetime(2026, 3, 7, 12, tzinfo=UTC)
URL = "https://formare.example.org/v/4Q8MKT2ZP7RWB0XH5D3NJ6YCVA"

_WORDS = {
    "en": "No.|This is to certify that|has completed the course|Programme|Category|Period|Result|Legal basis|Issued on|"
    "Valid until|Check this certificate|QR code that leads to the page where this certificate is checked",
    "ro": "Nr.|Se certifică prin prezenta că|a absolvit cursul|Program|Categoria|Perioada|Rezultat|Temei legal|"
    "Eliberat la|Valabil până la|Verificați acest certificat|Cod QR către pagina pe care se verifică acest certificat",
    "uk": "№|Цим засвідчується, що|успішно завершує навчання за курсом|Програма|Категорія|Період навчання|Результат|"
    "Правова підстава|Дата видачі|Дійсний до|Перевірте цей сертифікат|QR-код, що веде на сторінку перевірки",
    "bg": "№|С настоящото се удостоверява, че|завърши курса|Програма|Категория|Период|Резултат|Правно основание|"
    "Издадено на|Валидно до|Проверете това удостоверение|QR код към страницата за проверка",
    "ar": "رقم|نشهد بأن|قد أتمّ بنجاح دورة|البرنامج|الفئة|الفترة|النتيجة|السند القانوني|تاريخ الإصدار|صالحة حتى|"
    "تحقّق من هذه الشهادة|رمز استجابة سريعة يقود إلى صفحة التحقق من هذه الشهادة",
}
LABELS = {
    language: dict(zip(LABEL_NAMES, words.split("|"), strict=True))
    for language, words in _WORDS.items()
}

PAPERS = {
    "en": CertificateContent(
        language="en",
        authority="County Directorate for Social Assistance and Child Protection, Example County",
        title="Certificate of completion",
        number="TM 2026/000123",
        holder="Ana-Maria Popescu",
        course="Initial training of foster carers",
        issued_on="7 March 2026",
        valid_until="7 March 2029",
        verify_url=URL,
        verify_hint="Scan the code, or type the number and the family name at:",
        labels=LABELS["en"],
        programme="Initial training of foster carers, rules of 2024",
        category="Foster carer",
        hours=(("Theory", "40 h"), ("Practice", "10 h"), ("Online", "12 h 30 min")),
        period="12 January – 6 March 2026",
        result="Passed, 92 %",
        legal_basis="Ordinance 27/2024, article 4",
        signatories=(("Ioana Exemplu", "Director general"), ("Mihai Model", "Trainer")),
    ),
    "ro": CertificateContent(
        language="ro",
        authority="Direcția Generală de Asistență Socială și Protecția Copilului Timiș",
        title="Certificat de absolvire",
        number="DGASPC-TM 2026/000123",
        holder="Ștefania-Brândușa Ștefănescu-Țepeș",
        course="Formarea inițială a asistenților maternali profesioniști",
        issued_on="7 martie 2026",
        valid_until="7 martie 2029",
        verify_url=URL,
        verify_hint="Scanați codul sau introduceți numărul și numele de familie la adresa:",
        labels=LABELS["ro"],
        programme="Formarea inițială a asistenților maternali profesioniști, norme din 2024",
        category="Asistent maternal profesionist",
        hours=(("Teorie", "40 h"), ("Practică", "10 h"), ("Online", "12 h 30 min")),
        period="12 ianuarie – 6 martie 2026",
        result="Promovat, 92 %",
        legal_basis="OUG nr. 27/2024, art. 4 alin. (2)",
        signatories=(("Ioana Exemplu", "Director general"), ("Mihai Model", "Formator")),
        seal_note="Document sigilat electronic; sigiliul se verifică în fișier, nu se vede pe pagină.",
    ),
    "uk": CertificateContent(
        language="uk",
        authority="Служба у справах дітей та сім’ї Прикладної обласної державної адміністрації",
        title="Сертифікат про навчання",
        number="КО 2026/000123",
        holder="Згурський-М’ясоїд Юрій Ґалаґанович",
        course="Підготовка прийомних батьків, батьків-вихователів та патронатних вихователів",
        issued_on="7 березня 2026\u202fр.",
        valid_until="без строку дії; наступна перевірка 7 березня 2027 р.",
        verify_url=URL,
        verify_hint="Відскануйте код або введіть номер і прізвище за адресою:",
        labels=LABELS["uk"],
        programme="Програма підготовки патронатних вихователів",
        category="Патронатний вихователь",
        hours=(("Теорія", "40 год"), ("Практика", "10 год"), ("Онлайн", "12 год 30 хв")),
        period="12 січня – 6 березня 2026 р.",
        result="Складено, 92 %",
        legal_basis="Постанова Кабінету Міністрів України від 20 серпня 2021 р. № 893",
        signatories=(("Олена Приклад", "Начальниця служби"), ("Тарас Зразок", "Тренер")),
    ),
    "bg": CertificateContent(
        language="bg",
        authority="Дирекция „Социално подпомагане“ – Примерград",
        title="Удостоверение за обучение",
        number="БЛ 2026/000123",
        holder="Мария Илиева Ангелова-Щерева",
        course="Базово обучение на кандидати за приемни семейства",
        issued_on="7 март 2026 г.",
        valid_until="без срок",
        verify_url=URL,
        verify_hint="Сканирайте кода или въведете номера и фамилията на адрес:",
        labels=LABELS["bg"],
        category="Приемно семейство",
        hours=(("Теория", "45 ч"), ("Практика", "24 ч")),
        period="12 януари – 6 март 2026 г.",
        legal_basis="Наредба за приемните семейства, чл. 9",
        signatories=(("Елена Примерова", "Директор"),),
    ),
    "ar": CertificateContent(
        language="ar",
        authority="مديرية التضامن الاجتماعي بمحافظة المثال",
        title="شهادة إتمام دورة تدريبية",
        number="CAI 2026/000123",
        holder="محمد أحمد عبد الرحمن السيد إبراهيم",
        course="التدريب الأساسي للأسر البديلة الكافلة",
        issued_on="7 مارس 2026",
        valid_until="7 مارس 2029",
        verify_url=URL,
        verify_hint="امسح الرمز أو أدخل الرقم واسم العائلة في العنوان:",
        labels=LABELS["ar"],
        programme="برنامج تأهيل الأسر البديلة",
        category="أسرة بديلة",
        hours=(("نظري", "40 ساعة"), ("عملي", "10 ساعات")),
        period="12 يناير – 6 مارس 2026",
        result="ناجح، 92%",
        legal_basis="قرار رئيس مجلس الوزراء رقم 2075 لسنة 2010",
        signatories=(("د. هدى مثال", "مدير المديرية"), ("كريم نموذج", "الميسّر")),
    ),
}
