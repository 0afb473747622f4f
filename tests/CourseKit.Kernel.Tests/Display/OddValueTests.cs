using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Linq.Expressions;
using System.Numerics;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Xml.Linq;
using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Tests.Display;

/// <summary>Values that are seldom, or that want to do harm: the text of each, and that it ends.</summary>
public sealed class OddValueTests
{
    public static TheoryData<object?, string> Values => new()
    {
        { DBNull.Value, "<DBNull>" },
        { new object?[] { DBNull.Value, null }, "[ <DBNull>, <null> ]" },
        { (int?)3, "3" },
        { BindingFlags.Public | BindingFlags.Static, "Static, Public" },
        { BigInteger.Pow(10, 30), "1000000000000000000000000000000" },
        { new int[][] { [1, 2], [3] }, "[ [ 1, 2 ], [ 3 ] ]" },
        { new int[2, 1, 2], "[ 0, 0, 0, 0 ]" },
        { new Memory<int>([1, 2]), "System.Memory<Int32>[2]" },
        { "text".AsMemory(), "text" },
        { default(ImmutableArray<int>), "[ ... (InvalidOperationException) ]" },
        { ImmutableArray.Create(1), "[ 1 ]" },
        { (Func<int, string>)(i => ""), "Func<int, string>" },
        { (Expression<Func<int, int>>)(i => i + 1), "i => (i + 1)" },
        { new Lazy<int>(() => 1), "Lazy<int> { IsValueCreated = False }" },
        { JsonNode.Parse("[1,{\"a\":2}]"), "[\n  1,\n  {\n    \"a\": 2\n  }\n]" },
        { JsonDocument.Parse("{\"a\": 2}"), "{\"a\": 2}" },
        { JsonDocument.Parse("[1]").RootElement, "[1]" },
        { XElement.Parse("<a><b/></a>"), "<a>\n  <b />\n</a>" },
        { new DictionaryEntry("a", 1), "[a, 1]" },
        { new Hashtable { ["a"] = 1 }, "[ a: 1 ]" },
        { new Dictionary<(int, int), int[]> { [(1, 2)] = [3] }, "[ (1, 2): [ 3 ] ]" },
        { new Point { X = 1 }, "Point { X = 1 }" },
        { new Indexed(), "Indexed { Name = n }" },
        { new NoText(), "" },
        { new NoFormat(), "" },
        { new Overloaded(), "mine" },
        { new[] { new NoText() }, "[  ]" },
        { new Dull(), "Dull: (no message)" },
        { new object[] { new Sly() }, "[ Sly: (its message cannot be read: NotSupportedException) ]" },
    };

    [Theory]
    [MemberData(nameof(Values), DisableDiscoveryEnumeration = true)]
    public void Each_has_a_text(object? value, string expected) =>
        Assert.Equal(expected, Plain(value).ReplaceLineEndings("\n"));

    [Fact]
    public void A_lazy_value_is_shown_once_it_is_made_also_if_it_is_the_lazy_itself()
    {
        var made = new Lazy<int>(() => 1);
        _ = made.Value;
        Assert.Equal("Lazy<int> { Value = 1 }", Plain(made));
        Lazy<object>? circle = null;
        circle = new(() => circle!);
        _ = circle.Value;
        Assert.Equal("Lazy<object> { Value = Lazy<object> { Value = Lazy<object> { Value = Lazy<object> } } }", Plain(circle));
        Assert.Equal("Lazy<int> { IsValueCreated = False }", Plain(new Lazy<int>(() => throw new NotSupportedException())));
    }

    [Fact]
    public void What_holds_itself_ends()
    {
        var dictionary = new Dictionary<string, object>();
        dictionary["me"] = dictionary;
        Assert.Equal("[ me: [ me: [ me: Dictionary<string, object> (1) ] ] ]", Plain(dictionary));
        var table = new Hashtable();
        table[1] = new DictionaryEntry("me", table);
        Assert.Equal("[ 1: [me, [ 1: DictionaryEntry ]] ]", Plain(table));
        object chain = 1;
        for (var i = 0; i < 100_000; i++)
            chain = i % 2 == 0 ? KeyValuePair.Create(1, chain) : new DictionaryEntry(1, chain);
        Assert.Equal("[1, [1, [1, DictionaryEntry]]]".Length, Plain(chain).Replace("KeyValuePair<int, object>", "DictionaryEntry", StringComparison.Ordinal).Length);
    }

    [Fact]
    public void Long_texts_are_cut_and_say_how_long_they_were()
    {
        var plain = Plain(new string('x', 5_000_000));
        Assert.Equal(1_000_000 + "... (5,000,000 characters)".Length, plain.Length);
        Assert.EndsWith("x... (5,000,000 characters)", plain, StringComparison.Ordinal);
        Assert.Equal($"[ {new string('x', 1000)}... ]", Plain(new[] { new string('x', 5_000_000) }));
        Assert.Equal(5_000_000, Formatter.Format(new string('x', 5_000_000), "image/svg+xml").Text("image/svg+xml")!.Length);
    }

    [Fact]
    public void An_exception_shows_its_trace_and_one_with_endless_or_very_many_causes_its_message()
    {
        Assert.Equal("System.ArgumentException: outer\n ---> System.FormatException: inner\n   --- End of inner exception stack trace ---", Plain(new ArgumentException("outer", new FormatException("inner"))).ReplaceLineEndings("\n"));
        Exception chain = new FormatException("inner");
        Exception several = chain;
        for (var i = 0; i < 100_000; i++)
            (chain, several) = (new ArgumentException("outer", chain), new AggregateException(several));
        Assert.Equal("ArgumentException: outer", Plain(chain));
        Assert.Equal("AggregateException: 1 errors occurred.", Plain(several));
        Assert.Equal("AggregateException: 10,000 errors occurred.", Plain(new AggregateException(Enumerable.Repeat(new FormatException(), 10_000))));
        var circle = new InvalidOperationException("round");
        typeof(Exception).GetField("_innerException", BindingFlags.NonPublic | BindingFlags.Instance)!.SetValue(circle, circle);
        Assert.Equal("InvalidOperationException: round", Plain(circle));
        Assert.Equal("<pre>InvalidOperationException: round</pre>", Formatter.Format(circle).Text("text/html"));
    }

    [Fact]
    public void A_sequence_that_is_odd_in_each_way_is_told()
    {
        Assert.Equal("[ ... (NotSupportedException) ]", Plain(new Sequence(() => throw new NotSupportedException())));
        Assert.Equal("[ ... (NullReferenceException) ]", Plain(new Sequence(() => null!)));
        Assert.StartsWith("[ [ [ Sequence,", Plain(new Sequence(me => Enumerable.Repeat(me, int.MaxValue).GetEnumerator())), StringComparison.Ordinal);
        Assert.InRange(Plain(new Sequence(me => Enumerable.Repeat(me, int.MaxValue).GetEnumerator())).Length, 1, 25_000);
    }

    [Fact]
    public void A_matrix_may_begin_anywhere() => Assert.Contains(
        "<thead><tr><th></th><th>5</th></tr></thead><tbody><tr><td>3</td><td>0</td></tr></tbody>", CellAlignment.Without(Formatter.Format(Array.CreateInstance(typeof(int), [1, 1], [3, 5])).Text("text/html")!), StringComparison.Ordinal);

    [Fact]
    public void A_tuple_of_endless_length_is_cut() => Assert.Equal($"({string.Join(", ", Enumerable.Range(0, 20))}, ...)", Plain(new EndlessTuple()));

    [Fact]
    public void A_bundle_takes_no_content_that_is_null() => Assert.Throws<ArgumentNullException>(() => new MimeBundle { { "text/plain", null! } });

    private static string Plain(object? value) => Formatter.Format(value).Text("text/plain")!;

    private struct Point
    {
        public int X;

        public readonly Span<int> Ends => new int[X];
    }

    private sealed class Indexed
    {
        public string Name { get; } = "n";

        public int this[int at] => at;
    }

    private sealed class NoText
    {
        public override string? ToString() => null;
    }

    private sealed class NoFormat : IFormattable
    {
        public string ToString(string? format, IFormatProvider? formatProvider) => null!;
    }

    private sealed class Overloaded
    {
        public override string ToString() => "mine";

        public string ToString<T>() => $"{this}{typeof(T).Name}";
    }

    private sealed class Dull : Exception
    {
        public override string Message => null!;

        public override string ToString() => $"Dull: {PlainText.Message(this)}";
    }

    private sealed class Sly : Exception
    {
        public override string Message => throw new NotSupportedException();
    }

    private sealed class Sequence(Func<Sequence, IEnumerator> items) : IEnumerable
    {
        public Sequence(Func<IEnumerator> items)
            : this(_ => items())
        {
        }

        public IEnumerator GetEnumerator() => items(this);
    }

    private sealed class EndlessTuple : ITuple
    {
        public int Length => int.MaxValue;

        public object this[int index] => index;
    }
}
