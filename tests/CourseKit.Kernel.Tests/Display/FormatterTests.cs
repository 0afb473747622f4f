using System.Collections;
using System.Text.Json.Nodes;
using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Tests.Display;

public sealed class FormatterTests
{
    [Theory]
    [InlineData(null, "<null>")]
    [InlineData("<b>text</b>", "<b>text</b>")]
    [InlineData(1.5, "1.5")]
    [InlineData(true, "True")]
    [InlineData(DayOfWeek.Friday, "Friday")]
    public void Simple_values_are_plain_text(object? value, string expected)
    {
        var bundle = Formatter.Format(value);
        Assert.Equal(["text/plain"], bundle.MimeTypes);
        Assert.Equal(expected, bundle.Text("text/plain"));
    }

    [Fact]
    public void A_sequence_is_a_table_and_html_in_it_is_escaped()
    {
        var bundle = Formatter.Format(new[] { "<b>", "x" });
        Assert.Equal(["text/html", "text/plain"], bundle.MimeTypes);
        Assert.Equal("<table><tbody><tr><td>&lt;b&gt;</td></tr><tr><td>x</td></tr></tbody></table>", CellAlignment.Without(bundle.Text("text/html")!));
        Assert.Equal("[ <b>, x ]", bundle.Text("text/plain"));
        Assert.Equal("<i>(empty)</i>", Formatter.Format(Array.Empty<int>()).Text("text/html"));
    }

    [Fact]
    public void Long_sequences_are_cut_with_a_count_and_endless_ones_without()
    {
        var cut = Formatter.Format(Enumerable.Range(0, 5000).ToList());
        Assert.Contains("20 of 5,000 rows", cut.Text("text/html"), StringComparison.Ordinal);
        Assert.EndsWith("19, ... (5,000 items) ]", cut.Text("text/plain"), StringComparison.Ordinal);
        Assert.Contains("and more", Formatter.Format(Endless()).Text("text/html"), StringComparison.Ordinal);
    }

    [Fact]
    public void Records_anonymous_types_and_tuples_have_their_members_as_columns()
    {
        Assert.StartsWith("<table><thead><tr><th>Name</th><th>Age</th></tr></thead><tbody><tr><td>Ada</td><td>36</td></tr>", Html(new[] { new Person("Ada", 36), new("Max", 5) }), StringComparison.Ordinal);
        Assert.Contains("<th>a</th><th>b</th>", Html(new[] { new { a = 1, b = 2 } }), StringComparison.Ordinal);
        Assert.Contains("<th>Item1</th><th>Item2</th>", Html(new[] { (1, "x") }), StringComparison.Ordinal);
        Assert.Contains("<tr><td>Age</td><td>36</td></tr>", Html(new Person("Ada", 36)), StringComparison.Ordinal);
        Assert.Equal("Person { Name = Ada, Age = 36 }", Formatter.Format(new Person("Ada", 36)).Text("text/plain"));
    }

    [Fact]
    public void A_dictionary_shows_keys_and_values_and_a_matrix_its_rows()
    {
        Assert.Contains("<tr><td>one</td><td>1</td></tr>", Html(new Dictionary<string, int> { ["one"] = 1 }), StringComparison.Ordinal);
        Assert.Contains("<tr><td>1</td><td>3</td><td>4</td></tr>", Html(new[,] { { 1, 2 }, { 3, 4 } }), StringComparison.Ordinal);
    }

    [Fact]
    public void A_property_that_throws_shows_its_error_in_its_place()
    {
        Assert.Contains("<td>(NotSupportedException)</td>", Html(new Faulty(1)), StringComparison.Ordinal);
    }

    [Fact]
    public void A_task_says_that_it_wants_awaiting_and_a_type_its_name()
    {
        Assert.Equal("Task<int> (WaitingForActivation; await it to see what it gives)", Formatter.Format(new TaskCompletionSource<int>().Task).Text("text/plain"));
        Assert.Equal("Dictionary<string, int?[]>", Formatter.Format(typeof(Dictionary<string, int?[]>)).Text("text/plain"));
    }

    [Fact]
    public void A_type_that_prints_itself_is_left_to_it_though_it_is_a_sequence()
    {
        Assert.Equal("mine", Formatter.Format(new Printing()).Text("text/plain"));
        Assert.Equal(["text/plain"], Formatter.Format(new Printing()).MimeTypes);
    }

    [Fact]
    public void The_convention_based_formatter_is_found_by_name_also_on_bases_and_interfaces()
    {
        foreach (var value in new object[] { new Rich(), new Richer(), new ByInterface() })
        {
            var bundle = Formatter.Format(value);
            Assert.Equal(["text/html", "application/x.test+json", "text/plain"], bundle.MimeTypes);
            Assert.Equal("<b>rich</b>", bundle.Text("text/html"));
            Assert.Equal(1, (int?)bundle["application/x.test+json"]!["a"]);
            Assert.IsType<JsonObject>(bundle["application/x.test+json"]);
        }
    }

    [Fact]
    public void Mime_types_may_be_chosen()
    {
        Assert.Equal(["text/html"], Formatter.Format(new Rich(), "text/html").MimeTypes);
        Assert.Equal("<pre>1 &lt; 2</pre>", Formatter.Format("1 < 2", "text/html").Text("text/html"));
        Assert.Equal("[1,2]", Formatter.Format(new[] { 1, 2 }, "application/json")["application/json"]!.ToJsonString());
        Assert.Throws<FormatException>(() => Formatter.Content("application/json", "{"));
    }

    // Each of them can be parsed, but not written into a notebook or a message.
    [Theory]
    [InlineData("{\"a\":1,\"a\":2}")]
    [InlineData("[{\"b\":\"\\ud83d\"}]")]
    [InlineData("{\"\\ud83d\":1}")]
    public void Json_that_no_notebook_can_hold_is_refused_where_it_is_displayed(string json)
    {
        Assert.StartsWith("application/json: expected JSON, found ", Assert.Throws<FormatException>(() => Formatter.Content("application/json", json)).Message);
        var element = System.Text.Json.JsonDocument.Parse(json).RootElement;
        Assert.Throws<FormatException>(() => Formatter.Format(element, "application/json"));
    }

    [Fact]
    public void A_bundle_keeps_its_order_and_gives_copies()
    {
        var bundle = new MimeBundle { { "text/html", "a" }, { "text/plain", "b" } };
        bundle.Add("text/html", "c");
        Assert.Equal("""{"text/html":"c","text/plain":"b"}""", bundle.ToJson().ToJsonString());
        var document = new JsonObject { ["data"] = bundle.ToJson() };
        Assert.NotSame(document["data"]!["text/html"], bundle["text/html"]);
    }

    private static string Html(object value) => CellAlignment.Without(Formatter.Format(value).Text("text/html")!);

    private static IEnumerable<int> Endless()
    {
        while (true)
            yield return 1;
    }

    private sealed record Person(string Name, int Age);

    private sealed record Faulty(int Good)
    {
        public int Bad => throw new NotSupportedException();
    }

    private sealed class Printing : IEnumerable<int>
    {
        public IEnumerator<int> GetEnumerator() => throw new InvalidOperationException();

        IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

        public override string ToString() => "mine";
    }

    [TypeFormatterSource(typeof(Source), PreferredMimeTypes = ["text/html", "application/x.test+json"])]
    private class Rich;

    private sealed class Richer : Rich;

    [TypeFormatterSource(typeof(Source), PreferredMimeTypes = ["text/html", "application/x.test+json"])]
    private interface IRich;

    private sealed class ByInterface : IRich;

    [AttributeUsage(AttributeTargets.All)]
    private sealed class TypeFormatterSourceAttribute(Type source) : Attribute
    {
        public Type FormatterSourceType => source;

        public string[] PreferredMimeTypes { get; set; } = [];
    }

    private sealed class Source
    {
        private readonly string html = "<b>rich</b>";

        public IEnumerable<object> CreateTypeFormatters() => [new Writes("application/x.test+json", "{\"a\":1}"), new Writes("text/html", html), new Writes("text/other", "never")];
    }

    private sealed class Writes(string mimeType, string text)
    {
        public string MimeType => mimeType;

        public bool Format(object instance, TextWriter writer)
        {
            writer.Write(text);
            return instance is not null;
        }
    }
}
