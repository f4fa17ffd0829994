import pytest

from dataprep.annotate.forms import FORMS, TAGS, form_named, render_config
from dataprep.annotate.labelling import TASK_FIELDS, check_config, parse_config
from schemas.errors import UserError

TEXT = '<Text name="t" value="$t"/>'
ASK = '<Choices name="q" toName="t"><Choice value="a"/><Choice value="b"/></Choices>'


def view(*tags: str) -> str:
    return f"<View>{''.join(tags)}</View>"


@pytest.mark.parametrize(
    ("xml", "fault"),
    [
        ("", "isn't XML"),
        ("  ", "isn't XML"),
        ("<View>", "isn't XML"),
        ("<View>R&D</View>", "isn't XML"),
        ("<View>\ud800</View>", "isn't XML"),
        ('<!DOCTYPE v [<!ENTITY a "b">]><View>&a;</View>', "document type"),
    ],
)
def test_what_is_no_xml(xml: str, fault: str) -> None:
    with pytest.raises(UserError, match=fault):
        parse_config(xml)


@pytest.mark.parametrize(
    ("tags", "fault"),
    [
        ((ASK,), "shows nothing"),
        ((TEXT,), "asks nothing"),
        ((TEXT, '<Choices name="q" toName="nope"><Choice value="a"/></Choices>'), "'nope', which isn't there"),
        ((TEXT, ASK, '<Rating name="q" toName="t"/>'), "two tags have the name 'q'"),
        ((TEXT, ASK, TEXT), "two tags have the name 't'"),
        ((TEXT, ASK.replace("q", "t")), "two tags have the name 't'"),
        ((TEXT, '<Choices name="q" toName="t"/>'), "offers no choice"),
        ((TEXT, '<Choices name="q" toName="t"><Choice value="a"/><Choice value="a"/></Choices>'), "offers 'a' twice"),
        ((TEXT, ASK.replace('"a"', '"a" alias="b"')), "offers 'b' twice"),
        ((TEXT, ASK, "<Chat/>"), "community edition"),
        ((TEXT, ASK, "<Textarea2/>"), "did you mean <textarea>"),
        ((TEXT, ASK, "<Blink/>"), "<blink> is no tag"),
        (('<Text name="t" value="fixed words"/>', ASK), "shows no field"),
        ((TEXT, ASK, '<Rating name="r" toName="t" maxRating="many"/>'), "maxRating"),
        ((TEXT, ASK, '<Rating name="r"/>'), "has no toName"),
        ((TEXT, '<Rating toName="t"/>'), "has no name"),
        ((TEXT, ASK, '<Pairwise name="p" toName="t"/>'), "two things, not 1"),
        ((TEXT, ASK, '<Text name="u" value="$u"/>'), r"\$u is no field"),
        ((TEXT, ASK, '<Header value="About $who"/>'), r"\$who is no field"),
        ((TEXT, ASK.replace('"q"', '"swap"')), "can't have the name 'swap'"),
        ((TEXT, ASK.replace('"q"', '"lead_time"')), "can't have the name 'lead_time'"),
        (
            (TEXT, ASK, '<TextArea name="x" toName="t" visibleWhen="choice-selected" whenTagName="z"/>'),
            "'z' is answered, which isn't there",
        ),
        (
            (TEXT, ASK, '<TextArea name="x" toName="t" visibleWhen="choice-selected" whenTagName="q" '
             'whenChoiceValue="a,c"/>'),
            "'q' is 'c', which isn't offered",
        ),
    ],
)  # fmt: skip
def test_faults_that_label_studio_does_not_tell(tags: tuple[str, ...], fault: str) -> None:
    with pytest.raises(UserError, match=fault):
        check_config(parse_config(view(*tags)), ("t", *TASK_FIELDS))


def test_all_faults_are_told_at_once() -> None:
    with pytest.raises(UserError, match="3 faults") as told:
        check_config(parse_config(view('<Rating name="r" toName="gone" maxRating="0"/>')))
    assert told.value.message.count("\n") == 3


def test_a_config_made_by_hand() -> None:
    xml = """<View>
      <!-- <Chat name="old"/> --><Text name="文本" value="$正文"/><Image name="i" value="$image"/>
      <Choices name="情感" toName="文本" choice="multiple" required="true">
        <Choice value="正面"/><Choice value="负面" alias="neg"/>
      </Choices>
      <Choices name="open" toName="文本" value="$options"/>
      <Labels name="ner" toName="文本"><Label value="PER"/></Labels>
      <TextArea name="note" toName="文本" perRegion="true"/>
      <Rating name="stars" toname="文本" maxRating="10"/>
      <Header value="$5 a line"/>
    </View>"""
    config = parse_config(xml)
    check_config(config, ("正文", "image", "options"))
    assert config.variables == ("正文", "image", "options")
    assert config.objects == {"文本": "正文", "i": "image"}
    kinds = {name: question.kind for name, question in config.questions.items()}
    assert kinds == {"情感": "choices", "open": "choices", "ner": "", "note": "", "stars": "rating"}
    feeling = config.questions["情感"]
    assert (feeling.choices, feeling.labels) == (("正面", "neg"), ("正面", "负面"))
    assert feeling.several
    assert not feeling.optional
    assert config.questions["open"].open
    assert config.questions["stars"].most == 10


@pytest.mark.parametrize("lang", ["en", "zh"])
@pytest.mark.parametrize("name", FORMS)
def test_our_forms_ask_the_same_in_both_languages(name: str, lang: str) -> None:
    form = form_named(name)
    config = parse_config(render_config(form, lang=lang))
    assert set(config.questions) == set(form.asks)
    assert set(config.variables) == set(form.fields)
    values = {name: question.choices for name, question in config.questions.items()}
    assert values == {
        name: question.choices for name, question in parse_config(render_config(form, lang="en")).questions.items()
    }
    labels = {label for question in config.questions.values() for label in question.labels}
    assert any(label.isascii() for label in labels) == (lang == "en")


def test_the_review_shows_the_corrected_answer_only_for_fix() -> None:
    config = parse_config(render_config(FORMS["review"], lang="zh"))
    assert config.questions["verdict"].choices == ("accept", "reject", "fix")
    assert config.questions["verdict"].labels == ("采纳", "不采纳", "修改后采纳")
    assert config.questions["corrected"].depends == ("verdict", ("fix",))
    assert not config.questions["corrected"].optional


def test_tags_of_ones_own_are_escaped() -> None:
    tags = {"a&b": 'R&D "quoted" <b>', "c": "其他"}
    question = parse_config(render_config(FORMS["tags"], lang="en", tags=tags)).questions["tags"]
    assert dict(zip(question.choices, question.labels, strict=True)) == tags
    with pytest.raises(UserError, match="offers no choice"):
        render_config(FORMS["tags"], lang="en", tags={})


def test_our_own_tags() -> None:
    question = parse_config(render_config(FORMS["tags"], lang="zh")).questions["tags"]
    assert question.choices == tuple(TAGS)
    assert question.several
    assert question.optional


def test_an_unknown_form() -> None:
    with pytest.raises(UserError, match="no form 'chat'"):
        form_named("chat")
