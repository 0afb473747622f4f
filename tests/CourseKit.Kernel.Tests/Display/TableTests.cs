using System.Collections;
using System.Collections.ObjectModel;
using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Tests.Display;

public sealed class TableTests
{
    private const string Hostile = "<script>\"&'";
    private const string Escaped = "&lt;script&gt;&quot;&amp;&#39;";

    [Fact]
    public void A_sequence_of_dictionaries_has_their_keys_as_columns()
    {
        var html = Html(new[] { new Dictionary<string, object?> { ["a"] = 1, ["b"] = null }, new() { ["b"] = 2, [Hostile] = Hostile } });
        Assert.Equal($"<table><thead><tr><th>a</th><th>b</th><th>{Escaped}</th></tr></thead><tbody><tr><td>1</td><td>&lt;null&gt;</td><td></td></tr>"
            + $"<tr><td></td><td>2</td><td>{Escaped}</td></tr></tbody></table>", html);
    }

    [Fact]
    public void Dictionaries_that_are_so_only_by_their_generic_interface_show_keys_and_values()
    {
        foreach (var dictionary in new object[] { new ByInterface(), new ReadOnlyDictionary<string, int>(new Dictionary<string, int> { ["one"] = 1 }), new SortedDictionary<string, int> { ["one"] = 1 } })
        {
            Assert.StartsWith("<table><thead><tr><th>key</th><th>value</th></tr></thead><tbody><tr><td>one</td><td>1</td></tr>", Html(dictionary), StringComparison.Ordinal);
            Assert.Equal("[ one: 1 ]", Plain(dictionary));
        }
    }

    [Fact]
    public void Long_sequences_are_read_only_as_far_as_they_are_shown_and_once()
    {
        var read = 0;
        var bundle = Formatter.Format(Enumerable.Range(0, 100_000).Select(i =>
        {
            read++;
            return new { Row = i };
        }));
        Assert.Equal(21, read);
        Assert.EndsWith("<tr><td>19</td></tr><tr><td colspan=\"1\"><i>... (and more)</i></td></tr></tbody></table>", CellAlignment.Without(bundle.Text("text/html")!), StringComparison.Ordinal);
        Assert.EndsWith("{ Row = 19 }, ... ]", bundle.Text("text/plain"), StringComparison.Ordinal);
        Assert.Contains("... (20 of 100,000 rows)", Html(new HashSet<int>(Enumerable.Range(0, 100_000))), StringComparison.Ordinal);
    }

    [Fact]
    public void A_sequence_that_fails_half_way_shows_what_came_and_the_error()
    {
        Assert.Equal("<table><tbody><tr><td>1</td></tr><tr><td>2</td></tr><tr><td colspan=\"1\"><i>... (InvalidOperationException: &lt;no more&gt;)</i></td></tr></tbody></table>", Html(Failing()));
        Assert.Equal("[ 1, 2, ... (InvalidOperationException) ]", Plain(Failing()));
        Assert.Contains("<td>[ 1, 2, ... (InvalidOperationException) ]</td>", Html(new object[] { Failing() }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_holds_itself_ends_at_some_depth()
    {
        var node = new Node("n");
        node.Next = node;
        Assert.Equal("Node { Name = n, Next = Node { Name = n, Next = Node { Name = n, Next = Node } } }", Plain(node));
        Assert.Contains("Next = Node }", Html((object)new[] { (node, 1) }), StringComparison.Ordinal);
        var list = new List<object>();
        list.Add(list);
        Assert.Equal("[ [ [ List<object> (1) ] ] ]", Plain(list));
        Assert.Contains("Node", Plain(KeyValuePair.Create(1, node)), StringComparison.Ordinal);
    }

    [Fact]
    public void Items_that_are_null_leave_the_table_as_it_is()
    {
        Assert.EndsWith("<tbody><tr><td>1</td><td>2</td></tr><tr><td>&lt;null&gt;</td><td></td></tr></tbody></table>", Html(new[] { new { a = 1, b = 2 }, null }), StringComparison.Ordinal);
        Assert.Equal("<table><tbody><tr><td>&lt;null&gt;</td></tr></tbody></table>", Html(new string?[] { null }));
    }

    [Fact]
    public void Wide_rows_are_cut_and_say_so()
    {
        var wide = Enumerable.Range(0, 500).ToDictionary(i => $"c{i}", i => i);
        var html = Html(new[] { wide });
        Assert.Contains("<th>c19</th><th>...</th></tr>", html, StringComparison.Ordinal);
        Assert.Contains("<td>19</td><td>...</td></tr>", html, StringComparison.Ordinal);
        Assert.Contains("... (20 of 500 rows)", Html(wide), StringComparison.Ordinal);
    }

    [Fact]
    public void An_object_without_words_of_its_own_shows_its_properties_and_fields_safely()
    {
        Assert.Equal("<table><thead><tr><th>property</th><th>value</th></tr></thead><tbody><tr><td>Name</td><td>" + Escaped + "</td></tr>"
            + "<tr><td>Faulty</td><td>(NotSupportedException)</td></tr><tr><td>Age</td><td>3</td></tr></tbody></table>", Html(new Wordless()));
        Assert.Contains("<th>Name</th><th>Faulty</th><th>Age</th>", Html(new[] { new Wordless() }), StringComparison.Ordinal);
    }

    [Fact]
    public void What_holds_a_resource_or_has_nothing_to_show_is_named_by_its_type()
    {
        Assert.Equal("Holding", Plain(new Holding()));
        Assert.Equal("Empty", Plain(new Empty()));
        Assert.Equal("MemoryStream", Plain(new MemoryStream()));
        Assert.Equal(["text/plain"], Formatter.Format(new MemoryStream()).MimeTypes);
        Assert.Equal("IAsyncEnumerable<int> (await foreach reads it)", Plain(Later()));
    }

    [Fact]
    public void A_member_that_cannot_be_printed_is_named_by_its_error()
    {
        Assert.Contains("<td>(NotSupportedException)</td>", Html(new object[] { new Unprintable(), 1 }), StringComparison.Ordinal);
        Assert.Contains("<td>ArgumentException: bad</td>", Html(new object[] { new ArgumentException("bad"), 1 }), StringComparison.Ordinal);
    }

    [Fact]
    public void Cells_are_cut_between_characters() => Assert.Equal("aa...", PlainText.Cut("aa\U0001F600b", 3));

    private static string Html(object value) => CellAlignment.Without(Formatter.Format(value).Text("text/html")!);

    private static string Plain(object? value) => Formatter.Format(value).Text("text/plain")!;

    private static IEnumerable<int> Failing()
    {
        yield return 1;
        yield return 2;
        throw new InvalidOperationException("<no more>");
    }

    private static async IAsyncEnumerable<int> Later()
    {
        await Task.Yield();
        yield return 1;
    }

    private sealed record Node(string Name)
    {
        public Node? Next { get; set; }
    }

    private sealed class Wordless
    {
        public readonly int Age = 3;

        public string Name { get; } = Hostile;

        public int Faulty => throw new NotSupportedException();
    }

    private sealed class Holding : IDisposable
    {
        public int Handle { get; init; }

        public void Dispose()
        {
        }
    }

    private sealed class Empty;

    private sealed class Unprintable
    {
        public override string ToString() => throw new NotSupportedException();
    }

    private sealed class ByInterface : IReadOnlyDictionary<string, int>
    {
        public int Count => 1;

        public IEnumerable<string> Keys => ["one"];

        public IEnumerable<int> Values => [1];

        public int this[string key] => 1;

        public bool ContainsKey(string key) => true;

        public bool TryGetValue(string key, out int value) => (value = 1) == 1;

        public IEnumerator<KeyValuePair<string, int>> GetEnumerator() => Keys.Zip(Values, KeyValuePair.Create).GetEnumerator();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
