using System.Globalization;
using CourseKit.Kernel.Display;

namespace CourseKit.Kernel.Tests.Session;

/// <summary>Cells may use every culture, and what the engine itself shows is the same in each.</summary>
public sealed class CultureTests : SessionTest
{
    public static TheoryData<string> Cultures => ["de-DE", "tr-TR", "ar-SA", "sv-SE", "fa-IR", "hi-IN", "th-TH"];

    [Theory]
    [InlineData("1234.5.ToString(\"N2\", new CultureInfo(\"de-DE\"))", "1.234,50")]
    [InlineData("\"title\".ToUpper(new CultureInfo(\"tr-TR\"))", "TİTLE")]
    [InlineData("new DateTime(2026, 3, 1).ToString(\"MMMM\", new CultureInfo(\"fr-FR\"))", "mars")]
    [InlineData("double.Parse(\"3,5\", new CultureInfo(\"de-DE\"))", "3.5")]
    [InlineData("\"e\\u0301\".Normalize(NormalizationForm.FormC).Length", "1")]
    [InlineData("\"\\u00e9\".Normalize(NormalizationForm.FormD).Length", "2")]
    [InlineData("\"\\ufb01\".Normalize(NormalizationForm.FormKC)", "fi")]
    [InlineData("string.Compare(\"z\", \"ä\", new CultureInfo(\"sv-SE\"), CompareOptions.None) < 0", "True")]
    [InlineData("string.Compare(\"z\", \"ä\", new CultureInfo(\"de-DE\"), CompareOptions.None) < 0", "False")]
    [InlineData("new RegionInfo(\"JP\").ISOCurrencySymbol", "JPY")]
    [InlineData("new IdnMapping().GetAscii(\"bücher.example\")", "xn--bcher-kva.example")]
    public async Task A_cell_may_use_any_culture(string code, string value) => Assert.Equal(value, (await RunAsync($"using System.Globalization;\n{code}")).Ok().Value);

    [Fact]
    public async Task Without_being_asked_a_cell_and_its_threads_use_the_invariant_culture()
    {
        var ran = await RunAsync("""
            using System.Globalization;
            Console.WriteLine($"{0.5} {-1} {new DateTime(2026, 1, 2)} {"TITLE".ToLower()} [{CultureInfo.CurrentCulture.Name}] [{CultureInfo.CurrentUICulture.Name}]");
            await Task.Run(() => Console.WriteLine($"{0.25}"));
            var thread = new Thread(() => Console.WriteLine($"{0.125}"));
            thread.Start();
            thread.Join();
            """);
        Assert.Equal("0.5 -1 01/02/2026 00:00:00 title [] []\n0.25\n0.125\n", ran.Ok().Stdout);
    }

    [Fact]
    public async Task A_default_culture_that_a_cell_sets_holds_for_later_cells_and_their_threads()
    {
        try
        {
            (await RunAsync("using System.Globalization;\nCultureInfo.DefaultThreadCurrentCulture = new CultureInfo(\"de-DE\");")).Ok();
            Assert.Equal("0,5\n0,25\n", (await RunAsync("Console.WriteLine($\"{0.5}\");\nawait Task.Run(() => Console.WriteLine($\"{0.25}\"));")).Ok().Stdout);
        }
        finally
        {
            CultureInfo.DefaultThreadCurrentCulture = CultureInfo.InvariantCulture;
        }
    }

    [Theory]
    [MemberData(nameof(Cultures))]
    public async Task What_the_engine_shows_is_the_same_in_each_culture(string culture)
    {
        const string cells = """
            var (x, when, list) = (-1234.5, new DateTime(2026, 1, 2, 3, 4, 5, DateTimeKind.Utc), Enumerable.Range(-2, 3000).ToList());
            display(x); display(-7); display(when); display(TimeSpan.FromSeconds(1.5)); display(1.5m); display(double.NaN); display(-0.5f); display(1e30);
            display(new[] { -1.5, 2 }); display(list); display((x, when)); display(new { Rate = -0.5, At = when }); display(new Dictionary<string, double> { ["i"] = -0.25 });
            display(new[,] { { -1.5 } }); display(new[] { new { I = "ı", X = -1.5 } }); display(DateOnly.FromDateTime(when)); display(x, "application/json");
            #!whos
            """;
        const string failing = "int Fail() => throw new InvalidOperationException($\"it failed\");\nFail();";
        var expected = await ShownAsync(cells, failing);
        Assert.True(expected.Count > 18);
        CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = new(culture);
        try
        {
            Assert.Equal(expected, await ShownAsync(cells, failing));
        }
        finally
        {
            CultureInfo.DefaultThreadCurrentCulture = CultureInfo.DefaultThreadCurrentUICulture = CultureInfo.InvariantCulture;
        }
    }

    private async Task<List<string>> ShownAsync(params string[] cells)
    {
        await using var session = new Kernel.Session.CSharpSession(Folder);
        List<string> shown = [];
        foreach (var (i, cell) in cells.Index())
        {
            await session.RunAsync(cell, i.ToString(CultureInfo.InvariantCulture), output => shown.Add(output switch
            {
                DisplayOutput display => display.Data.ToJson().ToJsonString(),
                CellError error => string.Join('\n', error.Traceback),
                _ => output.ToString()!,
            }), cancel: TestContext.Current.CancellationToken);
        }
        return shown;
    }
}
