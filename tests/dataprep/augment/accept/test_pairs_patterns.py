import polars as pl
import pytest

from dataprep.augment.accept import judge_rewrites
from dataprep.recipe.augment import Accept

HARMLESS = [
    (
        "plain",
        "A train travels at 60 miles per hour for two hours. How far does it get?",
        "At 60 mph, how far does a train get in 2 hours?",
    ),
    (
        "plain",
        "The car drives 90 kilometers per hour. How long for 45 km?",
        "How long does a car at 90 km/h need for 45 km?",
    ),
    ("plain", "油耗每百公里7升，1200公里要多少升？", "百公里油耗7L，跑1200公里要几升？"),  # style, source, rewrite
    # another word for a denial
    ("plain", "推荐一家火锅店，不要排队太久的。", "有哪些火锅店值得去？请避开排队太久的。"),
    ("plain", "写一段产品介绍，不得出现“最好”一词。", "写一段介绍产品的文字，全文避免出现“最好”。"),
    ("plain", "怎样租车可以不交押金？", "租车时如何免去押金？"),
    ("plain", "坐地铁怎么才能不遇上早高峰？", "坐地铁怎样避开早高峰？"),
    ("plain", "Plan a hike for Saturday, avoiding steep trails.", "Plan a Saturday hike without steep trails."),
    ("plain", "Suggest a breakfast that has no eggs.", "Suggest a breakfast that leaves out eggs."),
    ("plain", "Give me a recipe for bread and skip the sugar.", "Give me a bread recipe without sugar."),
    ("plain", "Which snacks contain no nuts?", "Which snacks are free of nuts?"),
    # months
    ("plain", "What should I pack for Oslo in early March?", "What do I pack for Oslo at the start of March?"),
    ("plain", "Find me hotels in Rome for late June.", "I need hotels in Rome at the end of June."),
    ("plain", "What is the weather in Lima this November?", "How is the weather in Lima in November?"),
    ("plain", "11月底去哈尔滨要穿什么？", "十一月末到哈尔滨应该穿啥？"),
    # discounts
    ("plain", "A bag costs $60 and is 25% off. What do I pay?", "A $60 bag is discounted by 25 percent. My price?"),
    ("plain", "Shoes for $90 with a discount of 30%: what do I pay?", "What do I pay for $90 shoes at 30 percent off?"),
    ("plain", "一件外套400元，优惠25%，要付多少钱？", "400元的外套打七五折后要付多少？"),
    ("plain", "电视原价3000元，降价20%后是多少？", "原价3000元的电视打八折，现价多少？"),
    ("plain", "Prices fell by 25 percent. Why?", "Why did prices go 25% lower?"),
    # placeholders in quotations
    ("plain", '请译成英文："您有%d条未读消息"', '把"您有%d条未读消息"译成英文'),
    (
        "plain",
        'Translate "Welcome back, {name}!" into Spanish.',
        'How would you say "Welcome back, {name}!" in Spanish?',
    ),
    ("plain", "把“订单{id}已发货”改得客气一些", "请将“订单{id}已发货”这句话改得更客气"),
    ("plain", 'Explain the message "File %s not found".', 'What does the message "File %s not found" mean?'),
    # requests that are statements
    ("plain", "我要退订会员，不要续费。", "我只想退订会员，不想继续付费。"),
    ("plain", "帮我把地址改成公司。", "我希望把地址改成公司。"),
    ("plain", "我要改签，不退票。", "我就要改签，不退票了。"),
    ("plain", "Please cancel my order, not my account.", "I only want to cancel my order, not my account."),
    # spoken questions
    ("colloquial", "如何清洗羽绒服？", "羽绒服咋洗啊"),
    ("colloquial", "请问邮局几点关门？", "邮局几时关门"),
    ("formal", "煮面先放啥", "煮面时应先放入什么？"),
    ("plain", "红烧肉先放糖还是先放酱油？", "做红烧肉时先放酱油还是先放糖？"),
    # openings that are no preambles
    ("plain", "以下是一句话：“今天真冷”，改得正式些。", "请把“今天真冷”这句话改得更正式。"),
    ("plain", "请用更正式的说法写：我不去了。", "把“我不去了”换成更正式的说法。"),
    ("plain", "What is a more formal way to say hi?", "How do I say hi more formally?"),
    # counts of what is listed
    ("plain", "已知三个数分别为12、15和18，求平均数。", "求12、15、18的平均数。"),
    ("plain", "长方体的三条棱长为2、3、6，求体积。", "长方体的棱长分别是2、3和6，求它的体积。"),
    ("plain", "The four numbers are 2, 4, 6 and 8. What is their mean?", "What is the mean of 2, 4, 6 and 8?"),
    # things in another order with the same words
    ("plain", "Book a train from {a} to {b} for {n} people.", "For {n} people, book a train to {b} from {a}."),
    ("plain", "姓名：{name}，城市：{city}。写一段问候。", "写一段问候，城市：{city}，姓名：{name}。"),
    ("plain", "Tell {boss} that {guest} is ill.", "{guest} is ill: tell {boss}."),
    ("plain", "Compare {x} with {y}.", "Compare {y} with {x}, please."),
    ("plain", "把{file}发给{user}，抄送{boss}。", "请给{user}发送{file}，并抄送{boss}。"),
    ("plain", "苹果6元一斤，买2斤；梨4元一斤，买5斤。多少钱？", "买5斤4元一斤的梨和2斤6元一斤的苹果，多少钱？"),
    (
        "plain",
        "Pens cost $2 each and I buy 7; pads cost $5 each and I buy 3. What is the total?",
        "I buy 3 pads at $5 each and 7 pens at $2 each. What is the total?",
    ),
    ("plain", "书包80元，文具盒25元，一共多少钱？", "文具盒和书包分别是25元和80元，总共要多少钱？"),
    # the same way up or down
    ("colloquial", "如何降低血压？", "血压咋降下来啊"),
    ("colloquial", "如何提高英语成绩？", "英语成绩咋能提上去呢？"),
    ("plain", "怎样减小手机的耗电？", "手机耗电怎样才能降下去？"),
    # names in both scripts
    ("traditional", "请给陈建国医生写一封感谢信。", "請寫一封感謝信給陳建國醫生。"),
    ("plain", "给王建军老师写一张贺卡。", "请写一张送给王建军老师的贺卡。"),
    ("plain", "请描述这张图片的内容。", "这张照片里有什么内容？请描述一下。"),
    ("simplified", "請幫我聯絡張國華經理。", "请帮我联系张国华经理。"),
]
FAULTS = [
    (
        "numbers",
        "A train at 60 mph needs how long for 30 miles?",
        "How long does a train at 60 km/h need for 30 miles?",
    ),
    (
        "numbers",
        "油耗每百公里7升，1200公里要多少升？",
        "百公里油耗8L，跑1200公里要几升？",
    ),  # the rule that sees it, source, rewrite
    ("negation", "推荐几款适合敏感肌的面霜，成分里避开酒精。", "推荐几款适合敏感肌的面霜，成分里含酒精。"),
    ("negation", "请免去我的年费。", "请收取我的年费。"),
    ("negation", "Suggest a soup and leave out the cream.", "Suggest a soup with cream in it."),
    ("negation", "Show me routes that avoid toll roads.", "Show me routes that use toll roads."),
    ("numbers", "Find hotels in Rome for late June.", "I need hotels in Rome at the end of July."),
    ("numbers", "Plan a trip for early March.", "Plan a trip for early April."),
    ("numbers", "11月底去哈尔滨要穿什么？", "10月底去哈尔滨应该穿什么？"),
    (
        "numbers",
        "A bag costs $60 and is 25% off. What do I pay?",
        "A $60 bag is discounted by 75 percent. What is due?",
    ),
    ("numbers", "外套400元，优惠20%，要付多少？", "400元的外套打两折，要付多少？"),
    ("numbers", "外套400元，优惠25%，要付多少？", "400元的外套打八五折，要付多少？"),
    ("quotes", '翻译"您有%d条未读消息"', '把"您有%d条已读消息"译成英文'),
    ("quotes", 'Translate "From {a} to {b}" into Spanish.', 'How would you say "From {b} to {a}" in Spanish?'),
    ("placeholders", "把“订单{id}已发货”改得客气一些", "请将“订单{no}已发货”这句话改得更客气"),
    ("answered", "煮饺子水开后放啥", "水开后应先放一勺盐，再下饺子，最后盖上锅盖。"),
    ("answered", "衣服上的油渍咋洗", "先用洗洁精涂抹，静置十分钟，然后用清水洗净。"),
    ("answered", "超市几时开门", "超市早上开门。"),
    ("answered", "为什么天是蓝的", "天是蓝的，因为空气散射阳光。"),
    ("preamble", "给我讲讲怎么买保险", "以下是更正式的表述：请介绍购买保险的方法。"),
    ("preamble", "怎么退票？", "改写后：请问应如何办理退票？"),
    ("preamble", "请问如何办理退票？", "更口语的说法：票咋退啊？"),
    ("preamble", "请问如何办理退票？", "口语化表达：票咋退啊？"),
    ("preamble", "怎么退票？", "可以这样问：退票要怎么办理？"),
    ("preamble", "How do I return it?", "Here's a more formal version: How may I return the item?"),
    ("preamble", "How do I return it?", "A more formal way to put it: How may I return the item?"),
    ("preamble", "How do I return it?", "More formally: How may I return the item?"),
    ("negation", "怎样降低血液中的尿酸水平？", "咋样才能把血里的尿酸提上去啊？"),
    ("negation", "怎么把音量调高？", "音量怎么降下来？"),
    ("negation", "如何加大火力？", "怎样把火力调小？"),
    ("negation", "会议能提前吗？", "会议能推迟吗？"),
    ("negation", "How do I bring my blood pressure down?", "How do I bring my blood pressure up?"),
    ("names", "帮我谢谢陈建国医生，手术很成功", "请代我向陈建军医生致以谢意，手术非常成功。"),
    ("names", "给王建军老师写一张贺卡。", "请写一张送给王建华老师的贺卡。"),
    ("names", "约刘伟东律师周三见面。", "周三约刘伟车律师见面。"),
    ("quotes", "“这个”怎么用英语说？", "用英语怎么说“这张”？"),
    ("numbers", "已知三个数分别为12、15和18，求平均数。", "求12、15、19的平均数。"),
    ("numbers", "写两个介于3和5之间的数。", "写出介于3和5之间的数。"),
    ("numbers", "Name three fruits and two vegetables.", "Name some fruits and two vegetables."),
    (
        "numbers",
        "书包80元一个，买3个；文具盒25元一个，买6个。一共要花多少钱？",
        "买6个单价80元的书包和3个单价25元的文具盒，总共需要多少钱？",
    ),
    (
        "numbers",
        "Pens cost $2 each and I buy 7; pads cost $5 each and I buy 3. What is the total?",
        "I buy 7 pads at $5 each and 3 pens at $2 each. What is the total?",
    ),
    ("numbers", "甲组30人，每人分3个；乙组35人，每人分2个。", "甲组30人，每人2个；乙组35人，每人3个，怎么分？"),
    ("numbers", "甲队有12人，乙队有9人，甲队比乙队多几人？", "乙队12人、甲队9人，两队人数相差多少？"),
    ("placeholders", "Book a train from {a} to {b} for {n} people.", "For {n} people, book a train to {a} from {b}."),
    ("placeholders", "姓名：{name}，城市：{city}。写一段问候。", "写一段问候，城市：{name}，姓名：{city}。"),
    ("placeholders", "如果 {x} > {y}，返回什么？", "要是 {y} > {x}，会返回什么？"),
    ("placeholders", "Is {x} heavier than {y}?", "Would {y} be heavier than {x}?"),
    ("placeholders", "订单{no}的收件人是{name}，请写一条短信。", "请写一条短信：收件人{no}，订单{name}。"),
    (
        "placeholders",
        "Refund {amount} to customer {who} for invoice {no}.",
        "For invoice {who}, please refund {amount} to customer {no}.",
    ),
    ("placeholders", "把从{start}到{end}的记录删掉", "删除自{end}起、至{start}止的记录"),
]


@pytest.fixture(scope="module")
def told() -> dict[tuple[str, str], list[str]]:
    rows = [(*row[1:], row[0]) for row in HARMLESS] + [(*row[1:], "plain") for row in FAULTS]
    pairs = pl.DataFrame(rows, schema=["source", "rewrite", "style"], orient="row").with_columns(finish=pl.lit("stop"))
    reasons = judge_rewrites(pairs, Accept())["reasons"].to_list()
    return {row[:2]: list(broken) for row, broken in zip(rows, reasons, strict=True)}


@pytest.mark.parametrize(("style", "source", "rewrite"), HARMLESS)
def test_harmless_rewording_is_accepted(
    style: str, source: str, rewrite: str, told: dict[tuple[str, str], list[str]]
) -> None:
    assert told[source, rewrite] == []


@pytest.mark.parametrize(("rule", "source", "rewrite"), FAULTS)
def test_planted_fault_is_rejected(
    rule: str, source: str, rewrite: str, told: dict[tuple[str, str], list[str]]
) -> None:
    assert rule in told[source, rewrite]
