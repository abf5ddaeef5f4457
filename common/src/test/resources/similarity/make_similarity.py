"""Goldens of ROUGE and BLEU: rouge-score 0.1.2, sacrebleu 2.6.0. Own sentences; prints one JSON object."""
import json
import random

from rouge_score import rouge_scorer
from sacrebleu.metrics import BLEU

PAIRS = [
    ("The cat sat on the mat.", "The cat sat on the mat."),
    ("the cat sat on a mat", "The cat sat on the mat."),
    ("", "nothing was said"),
    ("something was said", ""),
    ("", ""),
    ("...", "!?"),
    ("Paris", "paris."),
    ("The answer is 42.", "It's 42, isn't it?"),
    ("3.14 is pi, 2,500.75 is not; 1-2 is -1.", "3.14 is pi, 2,500.75 isn't; 1 - 2 is -1"),
    ("He said &quot;yes&quot; &amp; left <b>now</b> &lt;ok&gt;", 'He said "yes" & left now <ok>'),
    ("a hyphen-\nated word\nand a line", "a hyphenated word and a line"),
    ("<skipped>tail", "tail"),
    ("café naïve Ångström straße", "cafe naive Ångström strasse"),
    ("ÇA VA ÊTRE DIFFICILE, À MOI", "ça va être difficile à moi"),
    ("İstanbul'da ılık bir gün", "istanbul'da ilik bir gün"),
    ("one two three four five six", "six five four three two one"),
    ("the the the the the the the", "the cat is on the mat"),
    ("to be or not to be that is the question", "to be or to do or not to do"),
    ("x = y_1 + z^2 / (a - b) * {c} [d] ~e `f`", "x=y_1+z^2/(a-b)*{c}[d]~e`f`"),
    ("tabs\tand\u00a0hard\u2003blanks \u001c here  \n", "tabs and hard blanks here"),
    ("1990-2000, U.S.A., e.g. this... e-mail@host.org", "1990 - 2000 USA eg this... email host org"),
    ("emoji \U0001F600, ok.\U0001F600,", "emoji \U0001F600 , ok ."),
    ("l'été, c’est “bien” – vraiment…", "l'ete, c'est \"bien\" - vraiment..."),
    ("A long answer that goes on and on about the weather, the sea and the wind, until it stops.",
     "The weather, the sea and the wind are what a long answer goes on about until it stops."),
    ("word", "word"), ("word word", "word word"), ("a b c", "a b c"), ("a b c d", "a b c d"),
]

HAN = [
    ("今天天气很好，我们去公园。", "今天天气不错，我们去公园散步。"),
    ("答案是42。", "答案：42"),
    ("", "没有回答"),
    ("在2024年，GDP增长了3.5%。", "2024年GDP增长3.5%"),
    ("他说：“好的，明天见！”（然后离开）", "他说「好的，明天见」然后就离开了。"),
    ("机器学习是人工智能的一个分支。它研究如何让计算机从数据中学习。",
     "机器学习是人工智能的分支，研究怎样让计算机从数据里学习。"),
    ("Ａ１全角、半角A1", "A1全角，半角A1"),
]


def random_pairs(count):
    dice = random.Random(7)
    words = "river stone 12 1.5 light-house Don't blue, quick. (old) wind; 7-9 sea: sail rope A.B. tree".split()
    for _ in range(count):
        target = [dice.choice(words) for _ in range(dice.randint(1, 30))]
        said = [w if dice.random() < 0.7 else dice.choice(words) for w in target if dice.random() < 0.9]
        yield " ".join(said), " ".join(target)


def main():
    scorer = rouge_scorer.RougeScorer(["rouge1", "rouge2", "rougeL"], use_stemmer=False)
    latin = PAIRS + list(random_pairs(60))
    rows = []
    for said, target in latin:
        rouge = scorer.score(target, said)
        rows.append({
            "prediction": said, "target": target,
            "rouge": [rouge[k].fmeasure for k in ("rouge1", "rouge2", "rougeL")],
            "bleu": BLEU().corpus_score([said], [[target]]).score,
        })
    han = [{"prediction": s, "target": t, "bleu": BLEU(tokenize="zh").corpus_score([s], [[t]]).score} for s, t in HAN]

    def all_of(pairs, tokenize):
        return BLEU(tokenize=tokenize).corpus_score([s for s, _ in pairs], [[t for _, t in pairs]]).score

    result = {"latin": rows, "han": han, "latin_bleu": all_of(latin, "13a"), "han_bleu": all_of(HAN, "zh")}
    print(json.dumps(result, ensure_ascii=False, indent=0))


main()
