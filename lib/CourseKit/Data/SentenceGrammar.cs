using System.Collections.Frozen;

namespace CourseKit.Data;

/// <summary>
/// A small grammar of Chinese with 702 sentences: somebody does something, now, yesterday or tomorrow, at a place or at no named place.
/// Parts of a sentence must fit together even if they are far apart. "Yesterday" needs 了 behind the verb. "Tomorrow" needs 会 before the verb.
/// People drink tea and write letters; a cat does neither. Nobody draws in a restaurant. So we can count how often a generator breaks a rule.
/// </summary>
public static class SentenceGrammar
{
    private sealed record Subject(string Word, string Gloss, bool IsAnimal, bool IsThird = true);

    private sealed record Place(string Word, string Gloss);

    private sealed record Deed(string Verb, string Object, string Present, string Past, string Thing, Place[] Places, bool ByAnimals = false);

    private enum Tense { Present, Past, Future }

    private static readonly Subject[] Subjects =
    [
        new("我", "I", false, IsThird: false), new("你", "you", false, IsThird: false), new("他", "he", false), new("她", "she", false),
        new("妈", "mum", false), new("猫", "the cat", true), new("狗", "the dog", true),
    ];

    private static readonly Place
        Nowhere = new("", ""), Home = new("在家里", " at home"), Restaurant = new("在饭店", " in a restaurant"),
        School = new("在学校", " at school"), Mountain = new("在山上", " on the mountain");

    private static readonly Place[]
        Meals = [Nowhere, Home, Restaurant], Study = [Nowhere, Home, School], Outdoors = [Nowhere, Home, Mountain];

    private static readonly Deed[] Deeds =
    [
        new("吃", "米饭", "eat", "ate", "rice", Meals), new("吃", "面条", "eat", "ate", "noodles", Meals),
        new("吃", "苹果", "eat", "ate", "an apple", Meals), new("吃", "鱼", "eat", "ate", "fish", Meals),
        new("喝", "茶", "drink", "drank", "tea", Meals), new("喝", "水", "drink", "drank", "water", Meals),
        new("喝", "牛奶", "drink", "drank", "milk", Meals),
        new("看", "书", "read", "read", "a book", Study), new("看", "电影", "watch", "watched", "a film", Study),
        new("写", "字", "write", "wrote", "characters", Study), new("写", "信", "write", "wrote", "a letter", Study),
        new("画", "花", "draw", "drew", "a flower", Outdoors), new("画", "马", "draw", "drew", "a horse", Outdoors),
        new("画", "山", "draw", "drew", "a mountain", Outdoors),
        new("吃", "鱼", "eat", "ate", "fish", Outdoors, ByAnimals: true), new("喝", "水", "drink", "drank", "water", Outdoors, ByAnimals: true),
        new("喝", "牛奶", "drink", "drank", "milk", Outdoors, ByAnimals: true),
        new("看", "鱼", "watch", "watched", "a fish", Outdoors, ByAnimals: true),
    ];

    // A sentence is for training if the numbers of its parts have an even sum, like the white squares of a chessboard. This holds for half of the
    // sentences. In both halves, each word occurs equally often, give or take one sentence. The same is true for each pair of words that may meet.
    // So training knows all words of a held-out sentence, and every pair of them.
    private static readonly ILookup<bool, Sentence> Halves = (
        from tense in Enum.GetValues<Tense>()
        from subject in Subjects.Index()
        from deed in Deeds.Index()
        where deed.Item.ByAnimals == subject.Item.IsAnimal
        from place in deed.Item.Places.Index()
        let number = (int)tense + subject.Index + deed.Index + place.Index
        select (IsForTraining: number % 2 == 0, Sentence: Make(tense, subject.Item, deed.Item, place.Item)))
        .ToLookup(entry => entry.IsForTraining, entry => entry.Sentence);

    /// <summary>The 351 sentences to learn from.</summary>
    public static IReadOnlyList<Sentence> Train { get; } = [.. Halves[true]];

    /// <summary>The other 351 sentences. No training uses them.</summary>
    public static IReadOnlyList<Sentence> HeldOut { get; } = [.. Halves[false]];

    // Each word of the language in English. A verb that has two meanings has both: "read/watch".
    private static readonly FrozenDictionary<string, string> English = new (string Word, string Gloss)[] { ("昨天", "yesterday"), ("明天", "tomorrow"), ("会", "will"), ("了", "(done)"), (SentenceCode.Padding, SentenceCode.Padding) }
        .Concat(Subjects.Select(subject => (subject.Word, subject.Gloss)))
        .Concat(Deeds.SelectMany(deed => deed.Places.Where(place => place != Nowhere).Select(place => (place.Word, Gloss: place.Gloss.Trim()))
            .Append((deed.Verb, deed.Present)).Append((deed.Object, deed.Thing[(deed.Thing.LastIndexOf(' ') + 1)..]))))
        .Distinct().GroupBy(word => word.Item1, word => word.Item2).ToFrozenDictionary(word => word.Key, word => string.Join('/', word));

    private static readonly FrozenDictionary<string, Sentence> ByText = Train.Concat(HeldOut).ToFrozenDictionary(sentence => sentence.Text);

    /// <summary>All 702 sentences, the training half first.</summary>
    public static IReadOnlyList<Sentence> All { get; } = [.. Train, .. HeldOut];

    /// <summary>Whether the whole text is exactly a sentence of the grammar.</summary>
    public static bool Accepts(string text) => ByText.ContainsKey(text);

    /// <summary>The meaning of a sentence in English; null if the grammar does not accept the text.</summary>
    public static string? Gloss(string text) => ByText.GetValueOrDefault(text)?.Gloss;

    /// <summary>
    /// The words of a text in English, one by one, also where the text is no sentence: "tomorrow the cat write tea". Signs that make no word of the
    /// language are "?".
    /// </summary>
    public static string WordByWord(string text)
    {
        List<string> words = [];
        for (var at = 0; at < text.Length;)
        {
            var word = English.Keys.Where(word => string.CompareOrdinal(text, at, word, 0, word.Length) == 0).MaxBy(word => word.Length);
            words.Add(word is null ? "?" : English[word]);
            at += word?.Length ?? 1;
        }
        return string.Join(' ', words);
    }

    private static Sentence Make(Tense tense, Subject subject, Deed deed, Place place)
    {
        string[] words = tense switch
        {
            Tense.Past => ["昨天", subject.Word, place.Word, deed.Verb, "了", deed.Object],
            Tense.Future => ["明天", subject.Word, "会", place.Word, deed.Verb, deed.Object],
            _ => [subject.Word, place.Word, deed.Verb, deed.Object],
        };
        var ending = !subject.IsThird ? "" : deed.Present == "watch" ? "es" : "s";
        var does = tense switch
        {
            Tense.Past => $"Yesterday {subject.Gloss} {deed.Past}",
            Tense.Future => $"Tomorrow {subject.Gloss} will {deed.Present}",
            _ => $"{char.ToUpperInvariant(subject.Gloss[0])}{subject.Gloss[1..]} {deed.Present}{ending}",
        };
        return new([.. words.Where(word => word != "")], $"{does} {deed.Thing}{place.Gloss}.");
    }
}
