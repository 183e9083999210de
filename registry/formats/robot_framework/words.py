"""The words of Robot Framework files in the languages that Robot Framework 7 ships. Source: "Translations" in its User Guide.

A file may mix its own language with English, and does not have to say which it is; so a word counts in whatever file it stands.
"""

from __future__ import annotations

from typing import Final

_SECTIONS: Final = {
    "settings": (
        "settings|nastavení|instellingen|postavke|asetukset|paramètres|einstellungen|configurações|definições|การตั้งค่า|"
        "ustawienia|налаштування|configuraciones|настройки|设置|設置|ayarlar|inställningar|setari|impostazioni|स्थापना|cài đặt|設定|"
        "설정|الإعدادات|setting"
    ),
    "variables": (
        "variables|proměnné|variabelen|varijable|muuttujat|variablen|variáveis|กำหนดตัวแปร|zmienne|змінні|переменные|变量|變量|"
        "değişkenler|variabler|променливи|variabile|variabili|चर|các biến số|変数|변수|المتغيرات|variable"
    ),
    "tests": (
        "test cases|testovací případy|testgevallen|testit|cas de test|testfälle|casos de teste|การทดสอบ|przypadki testowe|"
        "тест-кейси|casos de prueba|заголовки тестов|用例|案例|test durumları|testfall|тестови случаи|cazuri de test|casi di test|"
        "नियत कार्य प्रवेशिका|các kịch bản kiểm thử|テスト ケース|테스트 사례|وضعيات الاختبار|test case"
    ),
    "tasks": (
        "tasks|úlohy|taken|taskovi|tehtävät|tâches|aufgaben|tarefas|งาน|zadania|завдань|tareas|задача|任务|任務|görevler|taskar|"
        "задачи|sarcini|attività|कार्य प्रवेशिका|các nghiệm vụ|タスク|작업|المهام|task"
    ),
    "keywords": (
        "keywords|klíčová slova|actiewoorden|avainsanat|mots-clés|schlüsselwörter|palavras-chave|คำสั่งเพิ่มเติม|słowa kluczowe|"
        "ключових слова|palabras clave|ключевые слова|关键字|關鍵字|anahtar kelimeler|nyckelord|ключови думи|cuvinte cheie|"
        "parole chiave|कुंजीशब्द|các từ khóa|キーワード|키워드|الأوامر|keyword"
    ),
    "comments": (
        "comments|komentáře|opmerkingen|komentari|kommentit|commentaires|kommentare|comentários|คำอธิบาย|komentarze|коментарів|"
        "comentarios|комментарии|备注|備註|yorumlar|kommentarer|коментари|comentarii|commenti|टिप्पणी|các chú thích|コメント|의견|"
        "التعليقات|comment"
    ),
}
_SETTINGS: Final = {
    "library": (
        "library|knihovna|bibliotheek|biblioteka|kirjasto|bibliothèque|bibliothek|biblioteca|ชุดคำสั่งที่ใช้|бібліотека|"
        "библиотека|程序库|函式庫|kütüphane|bibliotek|librarie|libreria|कोड़ प्रतिबिंब संग्रह|thư viện|ライブラリ|라이브러리|المكتبة"
    ),
    "resource": (
        "resource|zdroj|resursi|resurssi|ressource|recurso|ไฟล์ที่ใช้|zasób|ресурс|recursos|资源文件|資源文件|kaynak|resurs|resursa|"
        "risorsa|संसाधन|tài nguyên|リソース|자료|المورد"
    ),
    "variables": (
        "variables|proměnná|variabele|varijable|muuttujat|variable|variablen|variável|ชุดตัวแปร|zmienne|змінна|переменные|变量文件|"
        "變量文件|değişkenler|variabel|променлива|variabila|variabile|चर|biến số|変数|변수|المتغيرات"
    ),
    "name": "name|název|naam|nimi|nom|nome|nazwa|nombre|namn|nume|tên|名前|이름|الاسم",
    "documentation": (
        "documentation|dokumentace|documentatie|dokumentacija|dokumentaatio|dokumentation|documentação|เอกสาร|dokumentacja|"
        "документація|documentación|документация|说明|說明|dokümantasyon|documentazione|प्रलेखन|tài liệu hướng dẫn|ドキュメント|문서|"
        "التوثيق"
    ),
    "metadata": (
        "metadata|metatiedot|méta-donnée|metadaten|metadados|รายละเอียดเพิ่มเติม|metadane|метадані|metadatos|метаданные|元数据|元數據|"
        "üstveri|метаданни|metadate|metadati|अधि-आंकड़ा|dữ liệu tham chiếu|メタデータ|메타데이터|البيانات الوصفية"
    ),
    "setup": (
        "setup|příprava|voorbereiding|postavke|alustus|mise en place|vorbereitung|inicialização|กำหนดค่าเริ่มต้น|inicjalizacja|"
        "встановлення|configuración|инициализация|启程|啟程|kurulum|konfigurering|първоначални настройки|setare|configurazione|"
        "व्यवस्थापना|tiền thiết lập|セットアップ|설정|إعداد|suite setup|příprava sady|suitevoorbereiding|suite postavke|setin alustus|"
        "mise en place de suite|suitevorbereitung|configuração da suíte|inicialização de suíte|กำหนดค่าเริ่มต้นของชุดการทดสอบ|"
        "inicjalizacja zestawu|налаштування suite|configuración de la suite|инициализация комплекта тестов|用例集启程|測試套啟程|"
        "takım kurulumu|svit konfigurering|първоначални настройки на комплекта|configurare de suita|configurazione suite|"
        "जांच की शुरुवात|tiền thiết lập bộ kịch bản kiểm thử|スイート セットアップ|스위트 설정|إعداد المجموعة|test setup|příprava testu|"
        "testvoorbereiding|test postavke|testin alustus|mise en place de test|testvorbereitung|inicialização de teste|"
        "กำหนดค่าเริ่มต้นของการทดสอบ|inicjalizacja testu|налаштування тесту|configuración de prueba|инициализация теста|用例启程|"
        "測試啟程|test kurulumu|test konfigurering|първоначални настройки на тестове|setare de test|configurazione test|"
        "परीक्षण कार्य प्रारंभ|tiền thiết lập kịch bản kiểm thử|テスト セットアップ|테스트 설정|تهيئة الاختبار|task setup|příprava úlohy|"
        "taakvoorbereiding|task postavke|tehtävän alustus|mise en place de tâche|aufgabenvorbereitung|inicialização de tarefa|"
        "กำหนดค่าเริ่มต้นของงาน|inicjalizacja zadania|налаштування завдання|configuración de tarea|инициализация задания|任务启程|"
        "任務啟程|görev kurulumu|task konfigurering|първоначални настройки на задачи|configuarare activitate|"
        "configurazione attività|tiền thiểt lập nhiệm vụ|タスク セットアップ|작업 설정|تهيئة المهمة"
    ),
    "teardown": (
        "teardown|ukončení|afronding|alasajo|démontage|nachbereitung|finalização|คืนค่า|ukończenie|"
        "cпростовувати пункт за пунктом|desmontaje|завершение|终程|終程|bitiş|nedrivning|приключване|intrerupere|distruzione|विमोचन|"
        "hậu thiết lập|ティアダウン|중단|تفكيك|suite teardown|ukončení sady|suite-afronding|setin alasajo|démontage de suite|"
        "suitenachbereitung|finalização de suíte|คืนค่าของชุดการทดสอบ|ukończenie zestawu|розбірка suite|desmontaje de la suite|"
        "завершение комплекта тестов|用例集终程|測試套終程|takım bitişi|svit nedrivning|приключване на комплекта|"
        "configurare de intrerupere|distruzione suite|परीक्षण कार्य अंत|hậu thiết lập bộ kịch bản kiểm thử|スイート ティアダウン|스위트 중단|"
        "تفكيك المجموعة|test teardown|ukončení testu|testafronding|testin alasajo|démontage de test|testnachbereitung|"
        "finalização de teste|คืนค่าของการทดสอบ|ukończenie testu|розбирання тестy|desmontaje de la prueba|завершение теста|用例终程|"
        "測試終程|test bitişi|test nedrivning|приключване на тестове|inrerupere de test|distruzione test|"
        "hậu thiết lập kịch bản kiểm thử|テスト ティアダウン|테스트 중단|تفكيك الاختبار|task teardown|ukončení úlohy|taakafronding|"
        "tehtävän alasajo|aufgabennachbereitung|finalização de tarefa|คืนค่าของงาน|ukończenie zadania|розбір завдання|"
        "desmontaje de tareas|завершение задания|任务终程|任務終程|görev bitişi|task nedrivning|приключване на задачи|"
        "intrerupere activitate|distruzione attività|hậu thiết lập nhiệm vụ|タスク ティアダウン|작업 중단|تفكيك المهمة"
    ),
    "template": (
        "template|šablona|sjabloon|malli|modèle|vorlage|modelo|โครงสร้าง|szablon|шаблон|plantilla|模板|taslak|mall|sablon|साँचा|"
        "mẫu|テンプレート|템플릿|قالب|test template|šablona testu|testsjabloon|testin malli|modèle de test|testvorlage|modelo de teste|"
        "โครงสร้างของการทดสอบ|szablon testu|тестовий шаблон|plantilla de prueba|шаблон теста|用例模板|測試模板|test taslağı|test mall|"
        "шаблон за тестове|sablon de test|modello test|परीक्षण ढांचा|mẫu kịch bản kiểm thử|テスト テンプレート|테스트 템플릿|قالب الاختبار|"
        "task template|šablona úlohy|taaksjabloon|tehtävän malli|modèle de tâche|aufgabenvorlage|modelo de tarefa|"
        "โครงสร้างของงาน|szablon zadania|шаблон завдання|plantilla de tareas|шаблон задания|任务模板|任務模板|görev taslağı|task mall|"
        "шаблон за задачи|sablon de activitate|modello attività|mẫu nhiễm vụ|タスク テンプレート|작업 템플릿|قالب المهمة"
    ),
    "arguments": (
        "arguments|argumenty|parameters|argumenti|argumentit|argumente|argumentos|ค่าที่ส่งเข้ามา|аргументи|аргументы|参数|"
        "argümanlar|argument|parametri|प्राचल|các đối số|引数|주장|المعطيات"
    ),
    "tags": (
        "tags|štítky|labels|tagovi|tunnisteet|étiquette|marker|etiquetas|กลุ่ม|znaczniki|теги|метки|标签|標籤|etiketler|taggar|"
        "етикети|etichete|tag|निशान|các thẻ|タグ|태그|العلامات|test tags|štítky testů|testlabels|test tagovi|testin tunnisteet|"
        "étiquette de test|testmarker|etiquetas de testes|กลุ่มของการทดสอบ|znaczniki testu|тестові теги|etiquetas de la prueba|"
        "теги тестов|用例标签|測試標籤|test etiketleri|test taggar|етикети за тестове|taguri de test|tag del test|जाँचका उपनाम|"
        "các nhãn kịch bản kiểm thử|テスト タグ|테스트 태그|علامات الاختبار|task tags|štítky úloh|taaklabels|task tagovi|"
        "tehtävän tunnisteet|étiquette de tâche|aufgabenmarker|etiquetas de tarefas|กลุ่มของงาน|znaczniki zadania|теги завдань|"
        "etiquetas de las tareas|метки заданий|任务标签|任務標籤|görev etiketleri|arbetsuppgift taggar|етикети за задачи|"
        "etichete activitate|tag attività|कार्यका उपनाम|các nhãn nhiệm vụ|タスク タグ|작업 태그|علامات المهمة|keyword tags|"
        "štítky klíčových slov|actiewoordlabels|keyword tagovi|avainsanan tunnisteet|etiquette de mot-clé|schlüsselwortmarker|"
        "etiquetas de palavras-chave|กลุ่มของคำสั่งเพิ่มเติม|znaczniki słowa kluczowego|теги ключових слів|"
        "etiquetas de palabras clave|метки ключевых слов|关键字标签|關鍵字標籤|anahtar kelime etiketleri|nyckelord taggar|"
        "етикети за ключови думи|etichete metode|tag parola chiave|कुंजीशब्द का उपनाम|các từ khóa nhãn|キーワード タグ|키워드 태그|"
        "علامات الأوامر|force tags|default tags|force tags|default tags"
    ),
    "timeout": (
        "timeout|časový limit|tijdslimiet|aikaraja|délai d'attente|zeitlimit|tempo limite|หมดเวลา|limit czasowy|час вийшов|"
        "tiempo agotado|лимит|超时|逾時|zaman aşımı|таймаут|expirare|समय समाप्त|thời gian chờ|タイムアウト|시간 초과|المهلة الزمنية|"
        "test timeout|časový limit testu|testtijdslimiet|testin aikaraja|délai de test|testzeitlimit|tempo limite de teste|"
        "เวลารอของการทดสอบ|limit czasowy testu|час тестування|tiempo de espera de la prueba|лимит выполнения теста|用例超时|測試逾時|"
        "test zaman aşımı|таймаут за тестове|timp expirare test|timeout test|परीक्षण कार्य समय समाप्त|"
        "thời gian chờ kịch bản kiểm thử|テスト タイムアウト|테스트 시간 초과|مهلة الاختبار|task timeout|časový limit úlohy|taaktijdslimiet|"
        "tehtävän aikaraja|délai de tâche|aufgabenzeitlimit|tempo limite de tarefa|เวลารอของงาน|limit czasowy zadania|"
        "час очікування завдання|tiempo de espera de las tareas|лимит задания|任务超时|任務逾時|görev zaman aşımı|таймаут за задачи|"
        "timp de expirare activitate|timeout attività|कार्य समयबाह्य|thời gian chờ nhiệm vụ|タスク タイムアウト|작업 시간 초과|مهلة المهمة"
    ),
    "return": "return",
}


def _by_word(table: dict[str, str]) -> dict[str, str]:
    return {word: meaning for meaning, words in table.items() for word in words.split("|")}


SECTIONS: Final = _by_word(_SECTIONS)  # the header in small letters -> "settings", "variables", "tests", "tasks", "keywords" or "comments"
SETTINGS: Final = _by_word(_SETTINGS)  # the setting in small letters -> its English name in small letters
