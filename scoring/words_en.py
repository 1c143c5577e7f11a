"""English word lists of the judgement, in the classes the rules speak of."""

from __future__ import annotations


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


FILLERS = _set("um uh uhm erm er ah hmm mm eh like basically actually literally honestly")
"""Words that carry nothing; a phrase with one of the first kind is not quoted."""
HESITATIONS = _set("um uh uhm erm er ah hmm mm eh")

CORRECTIONS = ("i mean", "sorry", "no wait", "wait no", "no no", "or rather", "let me rephrase", "correction")

SUBJECTS_I = _set("i i'd i've i'm i'll")
SUBJECTS_WE = _set("we we'd we've we're we'll")
SUBJECTS_OTHER = _set(
    "he she it they you there he's she's it's they're they'd they've they'll it'll that's there's everyone "
    "everybody nobody someone somebody people"
)
DETERMINERS = _set(
    "the a an my our his her their its this that these those some any every each all no your another both"
)
CONJUNCTIONS = _set(
    "and but so because then while when which who after before until till if although though "
    "since whereas where plus or once unless that's"
)
WEAK_ENDS = _set(
    "and but so because then while when which who whom whose after before until till if although though since "
    "whereas where plus or once unless the a an my our his her their its this that these those some any every "
    "each no your of to in on at by for with from into onto about between through during over under than as "
    "is are was were be been being am have has had do does did will would can could shall should may might must "
    "i we he she they you very really quite just also even still too not more most much many such what how why "
    "um uh uhm erm er ah hmm mm eh like basically actually literally honestly well okay ok yeah yes right "
    "kind sort maybe probably i'm i'd i've i'll we're we'd we've we'll it's that's there's another both either "
    "neither only there again back out up"
)
LOOSE_BUT_FINE_ENDS = _set("again back out up more much it down off")
"""Words that are a loose end after a determiner or auxiliary, and fine after a verb ("sped it up")."""

AUXILIARIES = _set(
    "am is are was were be been being have has had do does did will would can could shall should "
    "may might must"
)
PAST_AUXILIARIES = _set("was were had did")
MODALS = _set("will would can could shall should may might must")
ADVERBS = _set(
    "also then just first firstly actually basically really always usually often immediately quickly personally "
    "finally eventually later already still even directly simply mainly mostly sometimes normally generally "
    "therefore again successfully carefully only once now soon certainly definitely probably maybe too well like "
    "kind sort of literally honestly gradually slowly constantly regularly together myself secondly next clearly "
    "obviously initially recently previously currently"
)
NEGATIONS = _set(
    "not never no didn't don't wasn't weren't couldn't wouldn't can't won't haven't hadn't isn't "
    "aren't doesn't hasn't nothing cannot didnt dont wasnt werent couldnt wouldnt havent hadnt isnt arent doesnt "
    "hasnt"
)

IRREGULAR_PAST = {
    "led": "lead",
    "built": "build",
    "made": "make",
    "took": "take",
    "taken": "take",
    "gave": "give",
    "given": "give",
    "went": "go",
    "gone": "go",
    "got": "get",
    "found": "find",
    "told": "tell",
    "said": "say",
    "spoke": "speak",
    "spoken": "speak",
    "wrote": "write",
    "written": "write",
    "drew": "draw",
    "drawn": "draw",
    "brought": "bring",
    "bought": "buy",
    "sold": "sell",
    "taught": "teach",
    "thought": "think",
    "caught": "catch",
    "kept": "keep",
    "held": "hold",
    "ran": "run",
    "began": "begin",
    "begun": "begin",
    "came": "come",
    "saw": "see",
    "seen": "see",
    "knew": "know",
    "known": "know",
    "met": "meet",
    "sent": "send",
    "spent": "spend",
    "set": "set",
    "put": "put",
    "cut": "cut",
    "let": "let",
    "shut": "shut",
    "left": "leave",
    "lost": "lose",
    "won": "win",
    "fell": "fall",
    "fallen": "fall",
    "rose": "rise",
    "risen": "rise",
    "grew": "grow",
    "grown": "grow",
    "chose": "choose",
    "chosen": "choose",
    "broke": "break",
    "broken": "break",
    "dealt": "deal",
    "felt": "feel",
    "heard": "hear",
    "paid": "pay",
    "stood": "stand",
    "understood": "understand",
    "understand": "understand",
    "became": "become",
    "had": "have",
    "did": "do",
    "done": "do",
    "am": "be",
    "is": "be",
    "are": "be",
    "was": "be",
    "were": "be",
    "been": "be",
    "sat": "sit",
    "showed": "show",
    "shown": "show",
    "split": "split",
    "stuck": "stick",
    "swept": "sweep",
    "wore": "wear",
    "rebuilt": "rebuild",
    "rewrote": "rewrite",
    "rewritten": "rewrite",
    "redid": "redo",
    "oversaw": "oversee",
    "withdrew": "withdraw",
    "sped": "speed",
    "fed": "feed",
    "read": "read",
    "hit": "hit",
    "shrank": "shrink",
    "drove": "drive",
    "driven": "drive",
    "forgot": "forget",
    "slept": "sleep",
    "ate": "eat",
    "flew": "fly",
    "swam": "swim",
    "undid": "undo",
    "sought": "seek",
    "laid": "lay",
    "lay": "lie",
    "bent": "bend",
    "dug": "dig",
    "died": "die",
    "used": "use",
    "tied": "tie",
    "lied": "lie",
    "owed": "owe",
}

STATIVE = _set(
    "be have think believe feel like want know guess mean hope need love see seem hear understand remember "
    "forget live say suppose wish enjoy prefer expect become realise realize notice wonder come go get try "
    "learn study graduate belong exist happen stay start begin work grow lose fail miss suffer shake"
)
"""First-person verbs that say no deed of their own."""

TRANSPARENT = _set(
    "try tried manage managed decide decided start started begin began help helped need needed "
    "want wanted able have had going get got use used"
)
"""Verbs whose deed is the next verb ("managed to reduce")."""

BASE_VERBS = _set(
    "adapt add adjust agree align analyse analyze answer apply approach arrange ask assign audit automate balance "
    "begin borrow break brief bring build call change check choose clean coach collect communicate compare "
    "complete confirm contact convince coordinate correct count create cut deal debug decide define delay "
    "delegate delete deliver deploy describe design detect develop diagnose discuss divide document draw drive "
    "eliminate encourage escalate evacuate evaluate explain find fix follow gather get give go group guide "
    "handle help hold identify implement improve increase inform inspect install interview introduce "
    "investigate invite involve isolate keep label launch lead learn let list listen lock log look lower make "
    "manage map mark measure mediate meet mentor merge migrate monitor motivate move negotiate note notify "
    "observe offer open optimise optimize order organise organize pack patch persuade pitch plan point practise "
    "prepare present press prevent prioritise prioritize produce profile propose protect put qualify reach "
    "read rearrange reassign rebuild recalculate record recommend redesign reduce refactor refuse reject "
    "release remind remove reorganise reorganize repair repeat replace replan report reproduce research "
    "reschedule reset resolve restart retest retrain return review revert rewrite roll rotate run save say schedule "
    "secure sell send separate set share show shorten shut simplify solve sort speak split standardise "
    "standardize start stop streamline suggest summarise supervise support sweep switch take talk teach tell test "
    "thank think trace track train transfer translate try tune turn update upgrade use validate verify visit "
    "visualise wait walk warn weigh write calm apologise apologize empathise offer agree restore rollback "
    "benchmark index cache page acknowledge reassure serve greet refer count freeze block double-check "
    "check-in lockout clear evacuate assess address halve double raise boost save accelerate minimise "
    "minimize maximise maximize enhance strengthen"
)

CHANGE_DOWN = _set(
    "reduce cut lower shorten decrease minimise minimize eliminate halve drop fall shrink save"
)
CHANGE_UP = _set(
    "increase raise boost grow double triple improve enhance accelerate speed strengthen rise "
    "exceed maximise maximize"
)
CHANGE_OTHER = _set(
    "optimise optimize streamline simplify automate modernise modernize upgrade redesign "
    "restructure standardise standardize rearrange reorganise reorganize rebuild transform "
    "refactor digitise digitize"
)
CHANGES = CHANGE_DOWN | CHANGE_UP | CHANGE_OTHER
CLAIMS = CHANGE_DOWN | CHANGE_UP | _set("optimise optimize streamline simplify automate transform")
"""Changes of which one may ask "how much?"."""

COMPARATIVES = _set(
    "better faster quicker fewer less lower higher smoother cheaper easier shorter longer smaller "
    "bigger larger stronger calmer happier safer more cleaner worse slower stable"
)
RESULT_WORDS = _set(
    "result results resulted outcome solved resolved success successful successfully "
    "happy satisfied pleased achieved reached passed delivered "
    "promoted award praised thanked gone zero disappeared agreed signed renewed "
    "recovered shipped"
)
RESULT_PHRASES = (
    "as a result",
    "in the end",
    "at the end",
    "on time",
    "so that",
    "led to",
    "ended up",
    "came back",
    "happy with",
    "it worked",
    "went well",
    "never happened again",
    "no more",
    "not happened again",
    "since then",
    "turned out",
    "paid off",
    "went live",
    "was solved",
    "still in use",
    "nobody",
    "no one",
    "no longer",
    "still use",
    "rolled out",
    "went down",
    "went up",
    "came down",
    "got better",
    "said thank you",
    "said thanks",
    "was grateful",
    "brought it back",
    "calmed down",
    "ever since",
    "took it",
)
RESULT_VERBS = _set(
    "drop fall rise grow improve increase decrease go become reduce shrink double halve save "
    "achieve reach exceed disappear win recover"
)

SITUATION_WORDS = _set(
    "problem issue situation complaint complaints shortage breakdown failure failed broke broken "
    "late delay delayed conflict deadline incident outage alarm difficult difficulty stuck wrong "
    "missing slow angry upset backlog bottleneck scrap defects defect"
)
SITUATION_PHRASES = (
    "last year",
    "last month",
    "last summer",
    "last winter",
    "at my last",
    "in my last",
    "at my previous",
    "in my previous",
    "at that time",
    "back then",
    "there was",
    "there were",
    "we had a",
    "i had a",
    "there is a",
    "used to",
    "when i was",
    "when i worked",
    "at the time",
    "one day",
    "one time",
    "a customer",
    "a client",
    "years ago",
    "months ago",
    "at my old",
    "in my old",
    "at my current",
    "in my current",
    "one of our",
    "a colleague",
    "my colleague",
    "i once",
    "once a",
    "once we",
    "the other day",
)
TASK_PHRASES = (
    "my task",
    "my job was",
    "my role was",
    "my goal",
    "our goal",
    "the goal",
    "the target",
    "my target",
    "our target",
    "i was responsible",
    "i was in charge",
    "i had to",
    "we had to",
    "i needed to",
    "we needed to",
    "i was asked",
    "supposed to",
    "was my responsibility",
    "the challenge was",
    "asked me to",
    "the plan was to",
    "responsible for",
    "it was up to me",
    "i was told to",
    "my boss wanted",
    "wanted me to",
    "i am in charge",
    "i'm responsible",
    "i'm in charge",
    "had until",
    "i was given",
)
TIME_WORDS = _set(
    "yesterday today tonight monday tuesday wednesday thursday friday saturday sunday january february "
    "march april june july august september october november december morning evening "
    "afternoon weekend daily weekly monthly"
)
TIME_UNITS = _set(
    "second seconds minute minutes hour hours day days week weeks month months year years shift "
    "shifts quarter quarters"
)
UNITS = TIME_UNITS | _set(
    "percent per pieces piece people persons operators colleagues customers clients units parts euros euro dollars "
    "dollar pounds thousand million hundred orders lines machines times points lines users requests servers "
    "tickets calls accounts deals errors bugs complaints employees team branches stores milliseconds gigabytes "
    "visits leads pallets boxes tons kilos defects stops meters metres workers staff members suppliers k "
    "steps ideas tests visitors contracts products stations engineers developers agents nurses cases"
)
NUMBER_WORDS = {
    "two": 2,
    "three": 3,
    "four": 4,
    "five": 5,
    "six": 6,
    "seven": 7,
    "eight": 8,
    "nine": 9,
    "ten": 10,
    "eleven": 11,
    "twelve": 12,
    "thirteen": 13,
    "fourteen": 14,
    "fifteen": 15,
    "sixteen": 16,
    "seventeen": 17,
    "eighteen": 18,
    "nineteen": 19,
    "twenty": 20,
    "thirty": 30,
    "forty": 40,
    "fifty": 50,
    "sixty": 60,
    "seventy": 70,
    "eighty": 80,
    "ninety": 90,
    "hundred": 100,
    "thousand": 1000,
    "million": 1_000_000,
    "half": 0.5,
    "twice": 2,
    "double": 2,
    "doubled": 2,
    "halved": 0.5,
    "tripled": 3,
    "dozen": 12,
    "zero": 0,
    "third": 1 / 3,
    "quarter": 0.25,
}
NUMBER_WORDS |= {
    f"{tens}-{ones}": NUMBER_WORDS[tens] + number
    for tens in "twenty thirty forty fifty sixty seventy eighty ninety".split()
    for number, ones in enumerate("one two three four five six seven eight nine".split(), start=1)
}
METHODS = (
    "root cause",
    "five whys",
    "5 whys",
    "five why",
    "fishbone",
    "ishikawa",
    "pareto",
    "kanban",
    "kaizen",
    "5s",
    "five s",
    "smed",
    "poka yoke",
    "value stream",
    "time study",
    "excel",
    "spreadsheet",
    "sql",
    "python",
    "java",
    "docker",
    "kubernetes",
    "jenkins",
    "git",
    "checklist",
    "check list",
    "control chart",
    "work instruction",
    "whiteboard",
    "dashboard",
    "profiler",
    "profiling",
    "load test",
    "unit test",
    "unit tests",
    "code review",
    "feature flag",
    "feature flags",
    "index",
    "cache",
    "redis",
    "query plan",
    "explain plan",
    "monitoring",
    "grafana",
    "prometheus",
    "logs",
    "crm",
    "salesforce",
    "cold call",
    "cold calls",
    "cold calling",
    "pilot",
    "demo",
    "proposal",
    "survey",
    "training plan",
    "shift log",
    "shift board",
    "error code",
    "shadow board",
    "four eyes",
    "id check",
    "two signatures",
    "script",
    "pilot run",
    "test run",
    "sampling",
    "gantt",
    "sprint",
    "scrum",
    "retrospective",
    "postmortem",
    "post-mortem",
    "canary",
    "rollback",
    "a/b test",
    "data sheet",
    "stopwatch",
    "photos",
    "template",
    "bisect",
    "stack trace",
    "trace",
    "staging",
    "pipeline",
    "runbook",
    "decision tree",
    "needs analysis",
    "discovery call",
    "return on investment",
    "roi",
    "reference customer",
)
COMPARISON_PHRASES = (
    "compared to",
    "compared with",
    "than before",
    "instead of",
    "before and after",
    "used to be",
    "rather than",
    "in comparison",
    "versus",
    "before that",
    "the year before",
    "than the",
)
VAGUE_WORDS = _set(
    "things thing stuff something somehow various certain etc whatever measures methods ways "
    "solutions improvements adjustments aspects necessary "
    "appropriate relevant"
)
VAGUE_PHRASES = (
    "in a professional way",
    "as well as possible",
    "in the best way",
    "what was necessary",
    "as needed",
    "and so on",
    "things like that",
    "some people",
    "some things",
    "certain things",
    "a few things",
    "did my best",
    "do my best",
    "hundred per cent",
    "hundred percent",
    "work harder",
    "worked hard",
    "work hard",
    "get up earlier",
    "believe in",
    "stay positive",
    "give everything",
    "gave everything",
    "push myself",
    "pushed myself",
    "motivate myself",
    "positive mindset",
    "never give up",
    "whatever it takes",
    "everything we could",
    "everything i could",
    "everybody that had to",
    "pulled together",
    "everything to every",
)
VAGUE_VERBS = _set(
    "handle deal communicate manage coordinate solve resolve optimise optimize improve support "
    "organise organize adjust fix work sort"
)
"""Deeds that say little unless it is added how."""
PEOPLE_WORDS = _set(
    "team colleague colleagues operator operators customer customers manager boss supervisor client "
    "clients people everyone staff apprentice trainee technician maintenance department "
    "engineer engineers developer developers worker workers member members"
)
LEARNING_PHRASES = (
    "i learned",
    "i learnt",
    "lesson",
    "next time",
    "since then i",
    "what i took",
    "taught me",
)
HOW_WORDS = _set("by using with through via")

STOP_WORDS = (
    WEAK_ENDS
    | AUXILIARIES
    | ADVERBS
    | DETERMINERS
    | SUBJECTS_I
    | SUBJECTS_WE
    | SUBJECTS_OTHER
    | _set(
        "me us him them myself ourselves himself herself themselves one ones lot lots bit time way thing things "
        "something anything everything get got go went come came make made do did done say said know think "
        "good bad great nice big small new old first last next day here there now then yes no oh well because "
        "want wanted need needed let put take took give gave going been very much per cent percent really "
        "able tell told work worked working job jobs it's didn't don't wasn't that's what's i'd please describe "
        "time situation happened happen else mine yours ours whole always never ever kind sort example"
    )
)
