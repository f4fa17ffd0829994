import pytest

from dataprep.augment.accept.marks import code_differs, placeholders_differ, quotes_differ, urls_differ
from dataprep.augment.accept.names import names_differ
from dataprep.augment.accept.reading import read


def differs(one: str, other: str) -> str | None:
    readings = read(one), read(other)
    rules = names_differ, placeholders_differ, code_differs, urls_differ, quotes_differ
    return next((told for rule in rules if (told := rule(*readings))), None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", ""),
        (" ", "\u3000"),
        ("What did Dr. Okafor say to Ms. Lindqvist?", "Tell me what Ms. Lindqvist heard from Dr. Okafor."),
        ("Translate into French", "Give me a French translation"),
        ("把这段话翻译成英文", "将此段译为英语"),
        ("How do I use Excel?", "how can I use excel"),
        ("iPhone 15和华为Mate 60哪个好", "华为Mate 60跟iphone 15相比哪个更好"),
        ("给王经理写封信", "写一封信给王经理"),
        ("小明和小红谁大", "小红和小明两个人谁年纪大"),
        ("Who is taller, Tom or Anna?", "Is Anna taller than Tom, or the other way round?"),
        ("What is the capital of the United Kingdom?", "What's the UK's capital?"),
        ('Explain "machine learning" to me', "Explain what “machine learning” means"),
        ("请解释“内卷”的意思", "「内卷」是什麼意思？請解釋"),
        ("Why does `x += 1` fail?", "`x += 1` fails. Why?"),
        ("Send it to a@b.com", "a@b.com is where it should go"),
        ("Use {name} and {date} in the mail", "In the mail use {date} and {name}"),
        ("Hello {user}, welcome to {city}. Translate.", "Translate: Hello {user}, welcome to {city}."),
        ("Open /etc/hosts and add a line", "Add a line to /etc/hosts"),
        ("Compare Spain and Portugal for retirees", "For retirees, how do Portugal and Spain compare?"),
        ("I live in Berlin. What is the weather in Berlin?", "What's the weather like in Berlin, where I live?"),
        ("European history", "the history of Europe"),
        ("给李雷发一封邮件，告诉李雷明天放假", "发邮件告诉李雷，明天放假"),
        ("How do I sort a list in Python?", "Sorting a list in Python: how is it done?"),
        ("@小明 今天来吗", "今天@小明 来吗"),
        ("The API returns JSON", "JSON is returned by the API"),
        ("北京到上海的高铁要多久", "高铁从北京到上海需要多长时间"),
    ],
)
def test_kept(one: str, other: str) -> None:
    assert differs(one, other) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("What did Ms. Lindqvist say?", "What did Ms. Lindberg say?"),
        (
            "请把林佳怡和陈浩然的考勤合并成一张表，林佳怡排在前面。",
            "将陈浩然与林佳怡的考勤汇总为一张表格，陈浩然列在前面。",
        ),
        ("翻译成日语", "翻译成韩语"),
        ("Translate into French", "Translate into German"),
        ("怎么用微信付款", "怎么用支付宝付款"),
        ("给王经理写封信", "给黄经理写封信"),
        ("Hello {user}, please rate your stay at {hotel}.", "Hello {hotel}, please rate your stay at {user}."),
        ("Dear [Name], your [Item] is ready", "Dear [Item], your [Name] is ready"),
        ("open report_v2.xlsx", "open report_v3.xlsx"),
        ("open main.py", "open app.py"),
        ("/etc/hosts", "/etc/passwd"),
        ("use #travel", "use #food"),
        ("%s and %d", "%s and %s"),
        (":user_id", ":user"),
        ("__NAME__", "__DATE__"),
        ("Fill in: I ___ happy", "Fill in: I am happy"),
        ("【姓名】您好", "您好"),
        ("Python 3 vs Java", "Python 3 vs JavaScript"),
        ("Write to Anna Schmidt", "Write to Anna Schmitt"),
        ("从北京去上海", "从上海去北京"),
        ("李白的诗", "杜甫的诗"),
        ("a@b.com", "a@b.org"),
        ("`ls -l`", "`ls -a`"),
        ("“你好”是什么意思", "“您好”是什么意思"),
        ("He said 'no way'", "He said 'no'"),
        ("$PREFIX is set", "the prefix is set"),
        ("${a}${b}", "${a}"),
        ("{{x}}", "{x}"),
        ("<b>hi</b>", "<i>hi</i>"),
        ("x >= 3", "x > 3"),
    ],
)
def test_lost_changed_or_swapped(one: str, other: str) -> None:
    assert differs(one, other) is not None


@pytest.mark.parametrize(
    ("text", "placeholders"),
    [
        ("", []),
        ("{x} {{x}} ${x} <x> [x]", ["{x}", "{{x}}", "${x}", "<x>", "[x]"]),
        ("%s %(x)s %d %1$s %NAME%", ["%s", "%(x)s", "%d", "%1$s", "%NAME%"]),
        ("⟨x⟩ 【x】 __X__ «x» @@X@@", ["⟨x⟩", "【x】", "__X__", "«x»", "@@X@@"]),
        (
            "{0} {} {0:.2f} {price:.2f} {user.name} {items[0]}",
            ["{0}", "{}", "{0:.2f}", "{price:.2f}", "{user.name}", "{items[0]}"],
        ),
        ("$NAME $name #{x} @{x} <<x>> [[x]]", ["$NAME", "$name", "#{x}", "@{x}", "<<x>>", "[[x]]"]),
        ("where id = :user_id", [":user_id"]),
        ("Dear ____, XXX先生", ["___", "___"]),
        ("价格：100元，比例1:2，[1] arr[0] 5% discount, a < b", []),
        ('{"a": 1}', []),
    ],
)
def test_placeholders_of_every_form(text: str, placeholders: list[str]) -> None:
    assert read(text).placeholders == placeholders


@pytest.mark.parametrize(
    ("text", "addresses"),
    [
        ("去 https://a.cn/x?y=1。", ["https://a.cn/x?y=1"]),
        ("写信到a@b.com吧", ["a@b.com"]),
        ("打开/etc/nginx/nginx.conf看看", ["/etc/nginx/nginx.conf"]),
        ("open src/main.py and report.xlsx", ["src/main.py", "report.xlsx"]),
        ("发到 #travel 和#秋天的茶#", ["#travel", "#秋天的茶#"]),
        ("and/or, 60 km/h, e.g. this", []),
    ],
)
def test_addresses_files_and_topics(text: str, addresses: list[str]) -> None:
    assert read(text).urls == addresses
