"""Forty questions about forty things, and a model that rewords them as it is told."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson

from dataprep.make import Outcome, make_dataset
from dataprep.recipe import DataRecipe

QUESTIONS = {
    "Which soil suits blueberries best?": "Acid soil with plenty of peat.",
    "How often must a fire extinguisher be inspected?": "Once every twelve months by a trained person.",
    "Why does bread dough need to rest overnight?": "Slow fermentation builds flavour and strength.",
    "What causes a violin string to snap?": "Too much tension, rust, or a sharp bridge.",
    "Can I take honey through airport security?": "Only in containers of up to 100 ml.",
    "Where do monarch butterflies spend the winter?": "In the mountain forests of central Mexico.",
    "Explain the offside rule in football.": "An attacker may not be nearer the goal than the second last defender.",
    "When was the printing press introduced to England?": "William Caxton set up his press in 1476.",
    "List three ways to lower an electricity bill.": "Insulate, use LEDs, run machines at night.",
    "Who is liable when a parcel arrives broken?": "Usually the seller, until the buyer holds it.",
    "Describe how vaccines train the immune system.": "They show it a harmless part of the germ.",
    "What is a reasonable notice period for tenants?": "One month is common, contracts may say more.",
    "My laptop fan is loud, what should I check first?": "Dust in the vents and programs that use the processor.",
    "Suggest a name for a small bakery by the sea.": "Salt and Crumb.",
    "How do tides depend on the moon?": "Its pull raises the water on the near and far side.",
    "Translate the proverb about early birds into plain words.": "Who begins early gets the best chance.",
    "Is it safe to freeze cooked rice?": "Yes, if it is cooled within an hour.",
    "Give me a warm-up exercise for singers.": "Hum a falling scale with relaxed lips.",
    "Which documents prove ownership of a bicycle?": "The receipt and the frame number.",
    "Why are polar bears' hairs transparent?": "They are hollow and scatter light.",
    "蓝莓适合种在什么样的土壤里？": "酸性、富含泥炭的土壤。",
    "灭火器多长时间检查一次？": "每年由专业人员检查一次。",
    "小提琴的弦为什么会断？": "张力过大、生锈或琴码太锋利。",
    "坐飞机可以随身带蜂蜜吗？": "每瓶不超过100毫升才可以。",
    "帝王蝶在哪里过冬？": "墨西哥中部的山林。",
    "请解释一下足球的越位规则。": "进攻球员不得比球和倒数第二名防守者更靠近球门线。",
    "列出三种节省电费的办法。": "做好保温、换节能灯、夜间用电。",
    "快递送到时坏了由谁负责？": "签收之前一般由卖家负责。",
    "疫苗是怎样训练免疫系统的？": "让身体认识病原体中无害的部分。",
    "租房提前多久通知房东比较合理？": "通常一个月，以合同为准。",
    "笔记本电脑风扇很吵，先检查什么？": "先看出风口的灰尘和占用处理器的程序。",
    "给海边的小面包店起个名字。": "盐与面包屑。",
    "潮汐和月亮有什么关系？": "月球引力使近侧和远侧的海水上涨。",
    "煮熟的米饭能冷冻保存吗？": "一小时内放凉后可以冷冻。",
    "推荐一个歌手开嗓的练习。": "放松嘴唇，用下行音阶哼唱。",
    "什么材料能证明自行车是我的？": "购车发票和车架号。",
    "北极熊的毛为什么是透明的？": "毛是中空的，会散射光线。",
    "宣纸和普通纸有什么不同？": "宣纸纤维长，吸墨而且耐久。",
    "冬天汽车电瓶为什么容易亏电？": "低温下化学反应变慢，启动又更费电。",
    "高铁票丢了怎么补办？": "凭身份证到车站窗口办理挂失补办。",
}
ASKING = r"<([^ >]+ )?[0-9a-f]{8,}>\n(.*?)\n</"


def write_raw(root: Path) -> None:
    (root / "raw").mkdir(parents=True, exist_ok=True)
    lines = [orjson.dumps({"instruction": asked, "output": told}) for asked, told in QUESTIONS.items()]
    (root / "raw" / "a.jsonl").write_bytes(b"\n".join(lines) + b"\n")


def asked_for(body: dict[str, Any]) -> str:
    """The fenced text of a request."""
    found = re.search(r">\n(.*)\n</", body["messages"][-1]["content"], re.S)
    assert found
    return found[1]


def polite(text: str) -> str:
    """An honest rewrite."""
    if re.search("[\u4e00-\u9fff]", text):
        return f"您好，想跟您打听一件事：{text}"
    return f"Hello there, I would like to know this: {text}"


def answering(reword: Callable[[str], str]) -> Callable[[dict[str, Any]], str]:
    return lambda body: reword(asked_for(body))


def recipe(url: str | None, **augment: Any) -> DataRecipe:
    split = {"train": 0.6, "dev": 0.2, "eval": 0.2}
    endpoint = {"base_url": url, "model": "m", "backoff": 0.001} if url else None
    section = {"endpoint": endpoint, **augment} if augment else {}
    return DataRecipe.model_validate({"sources": [{"path": "raw"}], "split": split, "augment": section})


def run(root: Path, url: str | None = None, name: str = "t", **augment: Any) -> Outcome:
    return make_dataset(recipe(url, **augment), name=name, seed=1, root=root)
