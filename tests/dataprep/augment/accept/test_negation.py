import pytest

from dataprep.augment.accept.contrasts import opposed
from dataprep.augment.accept.negation import negation_differs
from dataprep.augment.accept.reading import read


def differs(one: str, other: str) -> str | None:
    return negation_differs(read(one), read(other))


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("", ""),
        ("不得不预约", "必须预约"),
        ("不要使用表格", "避免使用表格"),
        ("不允许拍照", "禁止拍照"),
        ("无需预约", "不用预约"),
        ("除了牛奶以外还有什么", "除了牛奶还有啥"),
        ("知不知道怎么退", "知道怎么退吗"),
        ("有什么不同", "差别在哪"),
        ("打不开文件", "文件无法打开"),
        ("不超过50字", "50字以内"),
        ("没有成功", "失败了"),
        ("能不能退", "可以退吗"),
        ("Do not use lists", "Avoid lists"),
        ("It's not allowed", "It is forbidden"),
        ("unless you pay", "if you do not pay"),
        ("I don't know how to reset it", "How do I reset it"),
        ("not only cheap", "cheap"),
        ("no more than 5", "at most 5"),
        ("Why can't I log in?", "Why am I unable to log in?"),
        ("without sugar", "sugar-free"),
        ("not uncommon", "common"),
        ("Why does it fail to start", "Why doesn't it start"),
        ("没有身份证就不能入住吗？", "入住是否必须带身份证？"),
        ("不预约不行吗？", "一定要预约才可以吗？"),
        ("不要改动数字", "数字保持原样"),
        ("别忘了带伞", "记得带伞"),
        ("请不要忘记签名", "请记得签名"),
        ("可唔可以退", "能退吗"),
        ("快递一直没收到", "快递丢了"),
        ("这个功能我不会用", "这个功能怎么用"),
        ("字数不能超过100字", "字数控制在100字以内"),
        ("不得少于5人", "至少5人"),
        ("错别字", "错字"),
        ("会员能不能免运费", "会员可以包邮吗"),
        ("为什么睡不着", "失眠的原因"),
        ("不小心删除了文件怎么恢复", "误删文件如何恢复"),
        ("这款手机不支持5G吗", "这款手机是不是不能用5G"),
        ("不含糖的饮料有哪些", "有哪些无糖饮料"),
        ("请勿透露客户姓名", "客户姓名需要保密"),
        ("别人怎么做的", "其他人怎么做的"),
        ("如果不按时还款会怎样", "逾期还款有什么后果"),
        ("车打不着火", "汽车无法启动"),
        ("我还没吃早饭能抽血吗", "空腹可以抽血吗"),
        ("不光便宜，质量也好", "价格低而且质量好"),
        ("要不要加盐", "需要加盐吗"),
        ("不知道为什么打印机不工作", "打印机坏了，原因是什么"),
        ("不允许养宠物的小区", "禁止养宠物的小区"),
        ("并不是所有人都同意", "不是每个人都赞成"),
        ("未经允许不得转载", "必须得到允许才能转载"),
        ("不用付钱的软件", "免费软件"),
        ("Don't change the numbers.", "Keep the numbers as they are."),
        ("You can't enter without a ticket. Why?", "Why can people enter only with a ticket?"),
        ("Don't forget to attach the file.", "Remember to attach the file."),
        ("Isn't it the same thing?", "Is it the same thing?"),
        ("I can't get the app to open", "The app fails to open"),
        ("Answer yes or no: is tea healthy?", "Is tea healthy? Yes or no."),
        ("The summary must not exceed 50 words", "Limit the summary to 50 words"),
        ("no more than 100 words", "within 100 words"),
        ("What else do I need besides flour?", "Apart from flour, what else do I need?"),
        ("sugar-free desserts", "desserts without sugar"),
        ("The package hasn't arrived yet", "I'm still waiting for the package"),
        ("Do not start until I say so", "Start only when I say so"),
        ("Leave the names unchanged", "Do not alter the names"),
        ("Couldn't you show me how it works?", "Could you show me how it works?"),
        ("Why isn't my printer working?", "Why has my printer stopped working?"),
        ("Nobody but Tom knows", "Only Tom knows"),
        ("Use nothing but the text", "Use only the text"),
        ("I don't understand recursion. Explain.", "Explain recursion."),
        ("What foods should diabetics avoid?", "Which foods should diabetics not eat?"),
        ("Is it illegal to park here?", "Is it against the law to park here?"),
        ("It is not possible to log in", "I am unable to log in"),
        ("Rewrite without changing the meaning", "Rewrite it and keep the meaning"),
        ("without using any library", "using no library"),
        ("never mind the cost", "regardless of cost"),
    ],
)
def test_same_meaning(one: str, other: str) -> None:
    assert differs(one, other) is None


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("可以吃", "不可以吃"),
        ("能退吗", "不能退吗"),
        ("需要签字", "无需签字"),
        ("允许携带", "禁止携带"),
        ("除周末外", "周末"),
        ("Can I take it", "Can't I take it"),
        ("with milk", "without milk"),
        ("safe", "unsafe"),
        ("allowed", "not allowed"),
        ("includes tax", "excludes tax"),
        ("dont tell", "tell"),
    ],
)
def test_flipped(one: str, other: str) -> None:
    assert differs(one, other) is not None
    assert differs(other, one) is not None


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("饭前吃", "饭后吃", "前 -> 后"),
        ("before lunch", "after lunch", "before -> after"),
        ("more than 5", "less than 5", "more than -> less than"),
        ("before and after", "after", None),
        ("", "after", None),
        ("目前的价格", "然后的价格", None),
    ],
)
def test_contrasts(one: str, other: str, told: str | None) -> None:
    assert opposed(read(one), read(other)) == told


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("没有医保卡就不能报销吗", "没有医保卡就能报销吗"),
        ("能喝咖啡吗", "不能喝咖啡吗"),
        ("请不要使用缩写", "请使用缩写"),
        ("宠物可以入内", "宠物不可以入内"),
        ("保留图片", "不保留图片"),
        ("无糖", "含糖"),
        ("不包邮", "包邮"),
        ("未婚可以申请吗", "已婚可以申请吗"),
        ("请务必提到价格", "请务必不要提到价格"),
        ("免费", "收费"),
        ("不支持", "支持"),
        ("我不想要香菜", "我想要香菜"),
        ("非会员", "会员"),
        ("别加辣", "加辣"),
        ("还没到期", "到期了"),
        ("我不会游泳，能去吗", "我会游泳，能去吗"),
        ("严禁烟火", "允许烟火"),
        ("Do not include prices", "Include prices"),
        ("You can't enter without a ticket", "You can enter without a ticket"),
        ("Keep the title", "Don't keep the title"),
        ("Don't keep the title", "Keep the title"),
        ("users who have paid", "users who have not paid"),
        ("It is safe to", "It is not safe to"),
        ("refundable", "non-refundable"),
        ("Never restart it", "Always restart it"),
        ("People without a visa", "People with a visa"),
        ("Start only when ready", "Don't start when ready"),
        ("allergic to nuts", "not allergic to nuts"),
        ("Explain why it works", "Explain why it doesn't work"),
        ("unless it rains", "if it rains"),
        ("except Sundays", "on Sundays"),
        ("Nobody likes it", "Everybody likes it"),
        ("are required to", "are not required to"),
        ("I agree", "I don't agree"),
        ("Avoid salt", "Use salt"),
    ],
)
def test_flipped_or_opposed(one: str, other: str) -> None:
    assert (differs(one, other) or opposed(read(one), read(other))) is not None
