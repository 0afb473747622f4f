using System.Collections.Frozen;

namespace CourseKit.Data;

/// <summary>
/// A small grammar of Chinese with 702 sentences: somebody does something, now, yesterday or tomorrow, somewhere or nowhere in particular.
/// Its parts must fit together over a distance: yesterday wants 了 behind the verb and tomorrow 会 before it; tea is drunk
/// and a letter written; a cat does neither, and nobody draws in a restaurant. So what a generator has understood can be measured.
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

    // Half of the sentences are for training: those whose parts' numbers have an even sum, as in a chessboard. So each word, and each pair of words that
    // may meet, is in either half equally often, and no sentence is held out without most of its parts being seen.
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

    /// <summary>The other 351, which nothing is trained on.</summary>
    public static IReadOnlyList<Sentence> HeldOut { get; } = [.. Halves[false]];

    private static readonly FrozenDictionary<string, Sentence> ByText = Train.Concat(HeldOut).ToFrozenDictionary(sentence => sentence.Text);

    /// <summary>All 702, the training half first.</summary>
    public static IReadOnlyList<Sentence> All { get; } = [.. Train, .. HeldOut];

    /// <summary>Whether this is a sentence of the grammar, to the last character.</summary>
    public static bool Accepts(string text) => ByText.ContainsKey(text);

    /// <summary>What it means, in English; null where the grammar does not accept it.</summary>
    public static string? Gloss(string text) => ByText.GetValueOrDefault(text)?.Gloss;

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
