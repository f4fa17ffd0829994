import polars as pl
import pytest

from dataprep.augment.accept import judge_rewrites
from dataprep.recipe.augment import Accept

HARMLESS = [  # style, source, rewrite
    ("plain", "How do I stop my dog from barking at night?", "What can I do so that my dog doesn't bark at night?"),
    (
        "plain",
        "What is the boiling point of water in Fahrenheit?",
        "At what temperature in Fahrenheit does water boil?",
    ),
    (
        "formal",
        "Can I get a refund after 30 days?",
        "Would it be possible to obtain a refund once 30 days have passed?",
    ),
    (
        "colloquial",
        "I would like to know how I can change my delivery address.",
        "How can I change my delivery address?",
    ),
    (
        "plain",
        "Write a poem about autumn with no more than 8 lines.",
        "Compose a poem on autumn of at most eight lines.",
    ),
    ("plain", "Is it better to rent or to buy a house?", "Which is better, buying a house or renting one?"),
    (
        "shorter",
        "I was wondering whether you could recommend a good book about the history of Rome for beginners.",
        "Recommend a beginner's book on the history of Rome.",
    ),
    ("plain", "Who painted the Mona Lisa?", "Name the painter of the Mona Lisa."),
    (
        "plain",
        "How long does it take to fly from London to New York?",
        "What is the flight time between London and New York?",
    ),
    ("plain", 'Translate "good morning" into Japanese.', 'How do you say "good morning" in Japanese?'),
    (
        "plain",
        "Why does my phone battery not last a whole day?",
        "Why can't my phone battery make it through a full day?",
    ),
    ("plain", "What's 15% of 240?", "Calculate 15 percent of 240."),
    (
        "formal",
        "Don't use any jargon when you explain inflation.",
        "Please explain inflation without using any jargon.",
    ),
    ("plain", "Convert 5 feet 10 inches to centimetres.", "How many centimetres are 5 feet 10 inches?"),
    (
        "plain",
        "Give me a list of vegetables I can grow indoors.",
        "Which vegetables can be grown indoors? Make a list.",
    ),
    ("plain", "What is the difference between a virus and a bacterium?", "How does a virus differ from a bacterium?"),
    ("plain", "My order #A1234 hasn't arrived yet. Where is it?", "Order #A1234 still hasn't come. Where is it now?"),
    (
        "plain",
        "The train leaves at 9:05 am and arrives at 1:30 pm. How long is the ride?",
        "A train departs at 09:05 and gets in at 13:30. What is the duration of the ride?",
    ),
    (
        "plain",
        "Summarize the following text in 3 bullet points: {{text}}",
        "Give a three-bullet summary of this text: {{text}}",
    ),
    (
        "plain",
        "I forgot my password and can't log in. What now?",
        "I can't log in because I forgot my password. What should I do?",
    ),
    ("plain", "List the steps to bake bread without yeast.", "How do you bake bread with no yeast? List the steps."),
    (
        "dialect",
        "How do I get rid of the rubbish in my flat's lift?",
        "How do I get rid of the trash in my apartment's elevator?",
    ),
    ("typos", "How can I improve my English pronunciation?", "how can i improv my english pronounciation"),
    (
        "plain",
        "Write a function that returns True if n is prime and False otherwise.",
        "Implement a function returning True when n is prime, otherwise False.",
    ),
    (
        "plain",
        "Which is heavier, a kilogram of feathers or a kilogram of iron?",
        "What weighs more: a kilogram of iron or a kilogram of feathers?",
    ),
    (
        "plain",
        "Only answer with a single number: how many days are in a leap year?",
        "How many days are there in a leap year? Reply with one number and nothing else.",
    ),
    (
        "plain",
        "Explain to my boss why I need a day off on Friday.",
        "I need Friday off. Explain the reason to my boss.",
    ),
    (
        "plain",
        "Unless I pay by Monday, will my account be closed?",
        "Will my account be closed if I don't pay by Monday?",
    ),
    ("plain", "Are there any foods I shouldn't eat while pregnant?", "Which foods should I avoid during pregnancy?"),
    ("plain", "What are three ways to save money on groceries?", "Suggest 3 ways I can cut my grocery bill."),
    ("plain", "I'm vegetarian. What can I cook with tofu?", "As a vegetarian, what dishes can I make using tofu?"),
    ("plain", "Is it OK to drink coffee on an empty stomach?", "Can I have coffee without eating first?"),
    ("plain", "My laptop won't turn on. What should I check?", "What should I check if my laptop doesn't turn on?"),
    ("plain", "How many ounces are in a pound?", "A pound contains how many ounces?"),
    ("formal", "Tell me about the French Revolution.", "Please provide an overview of the French Revolution."),
    ("plain", "What's the best way to learn Spanish at home?", "How can I best learn Spanish at home?"),
    (
        "plain",
        "Plan a 7-day trip to Japan for two people.",
        "Put together a seven-day itinerary in Japan for two people.",
    ),
    ("plain", 'How do I fix "Error 404" on my site?', 'My site shows "Error 404". How can I fix it?'),
    ("plain", "Which countries are not members of NATO?", "Name countries that don't belong to NATO."),
    (
        "plain",
        "Sort these numbers in ascending order: 5, 3, 9, 1",
        "Put these numbers in order from smallest to largest: 5, 3, 9, 1",
    ),
    ("plain", "Do I need a visa to visit Brazil?", "Is a visa required for a visit to Brazil?"),
    ("plain", "How can I lose 5 kg in two months?", "What is a good way to drop 5 kilos in 2 months?"),
    ("plain", "Does this phone have a headphone jack?", "Is there a headphone jack on this phone?"),
    ("colloquial", "Please explain how compound interest works.", "So how does compound interest actually work?"),
    ("plain", "Why do cats purr?", "What makes cats purr?"),
    ("plain", "What's the weather like in Paris in May?", "How is the weather in Paris in May?"),
    ("plain", "Can you recommend a restaurant that isn't too expensive?", "Can you suggest an affordable restaurant?"),
    (
        "plain",
        "Write a SQL query to find users older than 30 in the table users.",
        "Give me a SQL query that finds users over 30 in the table users.",
    ),
    ("plain", "What happens if I don't file my taxes on time?", "What are the consequences of filing my taxes late?"),
    (
        "shorter",
        "I recently bought a router from you and it doesn't connect to the internet. Could you please help me fix it?",
        "My router doesn't connect to the internet. How do I fix it?",
    ),
    ("plain", "Find the area of a circle with radius 7 cm.", "A circle has a radius of 7 cm. What is its area?"),
    ("plain", "What time does the library close on weekdays?", "Until what time is the library open on weekdays?"),
    ("plain", "Who was the first person to walk on the moon?", "Which person walked on the moon first?"),
    ("plain", "How do I remove a coffee stain from a white shirt?", "What gets coffee stains out of a white shirt?"),
    ("plain", "Is Python faster than JavaScript?", "Which is faster, Python or JavaScript?"),
    ("plain", "Explain the joke, please. I don't get it.", "I don't get the joke. Could you explain it?"),
    (
        "plain",
        "The password must be at least 8 characters long. Write a validator.",
        "Write a validator for a password that has to have 8 or more characters.",
    ),
    ("plain", "What should I not say in a job interview?", "What should I avoid saying in a job interview?"),
    ("plain", 'Give me synonyms for "happy", excluding "glad".', 'List synonyms of "happy" but not "glad".'),
    (
        "plain",
        "How old do you have to be to rent a car in Spain?",
        "What is the minimum age for renting a car in Spain?",
    ),
    (
        "plain",
        "Write an email to my landlord about the broken heater.",
        "Draft an email telling my landlord that the heater is broken.",
    ),
    (
        "plain",
        "My flight was cancelled. Can I get my money back?",
        "Am I entitled to a refund if my flight got cancelled?",
    ),
    ("plain", "What is the population of Canada as of 2023?", "How many people lived in Canada in 2023?"),
    (
        "plain",
        "Is there any way to recover deleted photos on an iPhone?",
        "Can deleted photos be recovered on an iPhone?",
    ),
    (
        "plain",
        "Give me a recipe that takes under 30 minutes.",
        "I want a recipe that can be made in less than half an hour.",
    ),
    (
        "plain",
        'Explain the difference between "affect" and "effect".',
        'What\'s the difference between "affect" and "effect"?',
    ),
    ("plain", "I can't afford the rent. What are my options?", "What are my options if I'm unable to pay the rent?"),
    ("plain", "Turn off notifications on Android: how?", "How do I disable notifications on Android?"),
    ("plain", "Make a table of the planets and their moons.", "Create a table listing each planet and its moons."),
    ("plain", "Should I buy or lease a car?", "Is leasing a car better than buying one?"),
    ("plain", "Why is my sourdough not rising?", "What could keep my sourdough from rising?"),
    ("plain", "At what age can children start school in Finland?", "When do children start school in Finland?"),
    ("plain", "Nothing happens when I click the button. Why?", "Why does clicking the button do nothing?"),
    ("plain", "Tell me a joke about programmers, nothing offensive.", "Tell me an inoffensive joke about programmers."),
]
FAULTS = [  # the rule that sees it, source, rewrite
    ("numbers", "Give me 5 tips for sleeping better.", "Share a few tips for better sleep."),
    ("numbers", "I have $200 to spend on headphones.", "What headphones can I get for $250?"),
    ("numbers", "Write a 300-word essay on recycling.", "Write a 200-word essay about recycling."),
    ("numbers", "How do I cook rice for four people?", "What's the best way to cook rice for six people?"),
    (
        "numbers",
        "Our team grew from 12 to 20 people. What's the growth rate?",
        "Our team grew from 20 to 12 people. What is the rate of growth?",
    ),
    ("numbers", "It takes two hours to get there.", "How come it takes three hours to get there?"),
    ("numbers", "The third chapter is unclear. Explain.", "Explain the second chapter, which is unclear."),
    ("numbers", "What was GDP growth in 2019?", "How much did GDP grow in 2018?"),
    ("numbers", "Is 0.05 a small p-value?", "Would you say a p-value of 0.5 is small?"),
    ("negation", "Which foods are safe for dogs?", "Which foods are not safe for dogs?"),
    ("negation", "Don't include any personal data in the report.", "Include any personal data in the report."),
    ("negation", "Why doesn't my code compile?", "Why does my code compile?"),
    ("negation", "What should I do if I can't find my passport?", "What should I do if I find my passport?"),
    ("negation", "Is it possible to travel without a passport?", "Is it possible to travel with a passport?"),
    ("negation", "Employees who have never missed a day", "Which employees have missed a day?"),
    ("negation", "Can I eat this if I'm allergic to nuts?", "Can I eat this if I'm not allergic to nuts?"),
    ("negation", "List the animals that cannot fly.", "List the animals that are able to fly."),
    ("negation", "Nobody answered my ticket. What can I do?", "Somebody answered my ticket. What can I do?"),
    ("negation", "It is illegal to park here?", "Is it legal to park here?"),
    ("negation", "Is this product gluten-free?", "Does this product contain gluten?"),
    ("negation", "Members are required to pay", "Members aren't required to pay, is that so?"),
    ("negation", "Explain why vaccines are effective.", "Explain why vaccines are ineffective."),
    ("placeholders", "Hi %s, your code is %d.", "Hello %s, your code is ready."),
    ("placeholders", "Write to {customer} about {product}.", "Write to {product} about {customer}."),
    ("placeholders", "Translate [TEXT] into [LANG].", "Translate [TEXT] into Spanish."),
    ("placeholders", "Use ${HOME} as the folder.", "Use $HOME as the folder."),
    ("placeholders", "Dear <first_name>, thanks for your order.", "Dear <firstname>, thank you for ordering."),
    ("placeholders", "Fill in the blank: The sky is ____.", "What colour is the sky?"),
    ("names", "What did Marie Curie discover?", "What did Maria Curie discover?"),
    ("names", "How far is Boston from Chicago?", "How far is Boston from Denver?"),
    ("names", "Is Excel better than Google Sheets?", "Is Numbers better than Google Sheets?"),
    ("negation", "How do I convert a PDF to Word?", "How do I convert Word to a PDF?"),
    ("negation", "Does stress cause headaches?", "Do headaches cause stress?"),
    ("negation", "What are the benefits of coffee?", "What are the risks of coffee?"),
    ("answered", "What is the capital of Peru?", "The capital of Peru is Lima."),
    ("answered", "How can I lose weight?", "Eat fewer calories than you burn and exercise regularly."),
    ("numbers", "How many calories are in 100 g of rice?", "How many calories are in 100 oz of rice?"),
    ("numbers", "Book a table for June 3.", "Book a table for July 3."),
    ("preamble", "How do I tie a tie?", "Here is a rephrased version: What's the way to tie a tie?"),
    ("quotes", 'Explain the phrase "break a leg".', 'Explain the phrase "break an arm".'),
    ("numbers", "List the top 10 movies of 2020.", "List the top 20 movies of 2020."),
    ("numbers", "Is 6 hours of sleep enough?", "Is 8 hours of sleep enough?"),
    ("numbers", "Half of the class failed.", "A third of the class failed. Why?"),
    (
        "numbers",
        "How many days are there between March 3 and April 5?",
        "How many days lie between March 5 and April 3?",
    ),
    ("numbers", "The flight is at 6:45 pm. When should I leave?", "My flight is at 6:15 pm. When should I leave?"),
    ("numbers", "What is 3/4 of 80?", "What is two thirds of 80?"),
    ("numbers", "a 16-year-old driver", "Can a 17-year-old be a driver?"),
    ("negation", "Why are tomatoes not considered vegetables?", "Why are tomatoes considered vegetables?"),
    ("negation", "Which of these is unnecessary?", "Which of these is necessary?"),
    ("negation", 'Describe it without using the word "red".', 'Describe it using the word "red".'),
    ("negation", "I haven't received my order.", "I have received my order. What now?"),
    ("negation", "Can tenants be evicted without notice?", "Can tenants be evicted with notice?"),
    ("negation", "Is smoking allowed in the building?", "Is smoking prohibited in the building?"),
    ("negation", "Do not round the result.", "Round the result."),
    ("negation", "My child refuses to eat vegetables.", "My child loves to eat vegetables. What do I do?"),
    ("negation", "She hardly ever exercises. Is that bad?", "She exercises all the time. Is that bad?"),
    ("placeholders", "Email {{name}} at {{email}}.", "Email {{name}}."),
    ("placeholders", "Set PATH to $BIN and run %CMD%.", "Set PATH to $BIN and run the command."),
    ("placeholders", "Dear :first_name, welcome!", "Dear first_name, welcome aboard!"),
    ("names", "Compare Toyota and Honda.", "Compare Toyota and Nissan."),
    ("numbers", "When did Apple release the iPhone 12?", "When did Apple release the iPhone 13?"),
    ("urls", "Open www.example.com/a", "Open www.example.com/b please"),
    ("code", "What does `map` do in Python?", "What does `filter` do in Python?"),
    ("answered", "Is the earth flat?", "No, the earth is not flat."),
    ("negation", "How do I increase my screen brightness?", "How do I decrease my screen brightness?"),
    ("negation", "Why is it important to back up data?", "Why is it not important to back up data?"),
    ("negation", "Which trees lose their leaves in winter?", "Which trees don't lose their leaves in winter?"),
    ("numbers", "Split $90 among three friends.", "Split $90 among four friends."),
    ("numbers", "What happened in the 1960s?", "What happened in the 1970s?"),
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
