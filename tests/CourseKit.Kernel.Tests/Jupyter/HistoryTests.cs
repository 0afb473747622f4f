using CourseKit.Kernel.Jupyter;

namespace CourseKit.Kernel.Tests.Jupyter;

public sealed class HistoryTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("history-").FullName;

    private string File => Path.Combine(folder, "of a user", "history.jsonl");

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void Lines_that_another_program_damaged_are_left_out()
    {
        var first = Begin();
        first.Add(1, "one", null);
        System.IO.File.AppendAllText(File, "{\"session\":1,\"li\nnull\n[]\n\n");
        first.Add(2, "two", "2");
        Assert.Equal(["one", "two"], Begin().Tail(10).Select(entry => entry.Input));
    }

    [Fact]
    public void Two_kernels_at_once_are_two_sessions_and_lose_nothing()
    {
        var (first, second) = (Begin(), Begin());
        first.Load();
        second.Load();
        Parallel.Invoke(() => Add(first, "a"), () => Add(second, "b"));
        var all = Begin().Tail(1000);
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"a{i}"), all.Where(entry => entry.Session == 1).Select(entry => entry.Input));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"b{i}"), all.Where(entry => entry.Session == 2).Select(entry => entry.Input));

        static void Add(History history, string name)
        {
            for (var i = 0; i < 50; i++)
                history.Add(i + 1, $"{name}{i}", null);
        }
    }

    [Fact]
    public void A_range_counts_sessions_back_from_the_current_one()
    {
        for (var session = 1; session <= 3; session++)
        {
            var history = Begin();
            for (var line = 1; line <= 4; line++)
                history.Add(line, $"{session}.{line}", null);
            Assert.Equal([$"{session}.2", $"{session}.3"], history.Range(0, 2, 4).Select(entry => entry.Input));
            Assert.Equal(session == 1 ? [] : [$"{session - 1}.3", $"{session - 1}.4"], history.Range(-1, 3, null).Select(entry => entry.Input));
        }
        Assert.Equal("2.1", Begin().Range(2, 1, 2).Single().Input);
    }

    [Theory]
    [InlineData("var*", false, null, "var a", "var b", "var a")]
    [InlineData("var*", true, null, "var b", "var a")]
    [InlineData("*a", false, 1, "var a")]
    [InlineData("var ?", true, 1, "var a")]
    [InlineData("[a-z]*", false, null)]
    [InlineData("*", true, 2, "line 1\nline 2", "var a")]
    public void A_search_takes_patterns_for_whole_cells(string pattern, bool unique, int? count, params string[] expected)
    {
        var history = Begin();
        string[] cells = ["var a", "var b", "line 1\nline 2", "var a"];
        for (var i = 0; i < cells.Length; i++)
            history.Add(i + 1, cells[i], null);
        Assert.Equal(expected, history.Search(pattern, unique, count).Select(entry => entry.Input));
    }

    [Fact]
    public void A_long_history_is_cut_to_its_end_when_the_next_session_begins()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(File)!);
        System.IO.File.WriteAllLines(File, Enumerable.Range(1, 10_001).Select(i => $"{{\"session\":1,\"line\":{i},\"input\":\"{i}\",\"output\":null}}"));
        Begin().Add(1, "new", null);
        Assert.InRange(System.IO.File.ReadLines(File).Count(), 5_000, 5_010);
        Assert.Equal(["10000", "10001", "new"], Begin().Tail(3).Select(entry => entry.Input));
    }

    private History Begin() => new(File, new KernelLog(Stream.Null));
}
