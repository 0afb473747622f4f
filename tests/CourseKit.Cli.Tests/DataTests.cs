using CourseKit.Notebooks.Tests;

namespace CourseKit.Cli.Tests;

/// <summary><c>coursekit data</c>: the verbs; what they stand on is tested with the library.</summary>
public sealed class DataTests
{
    private static readonly string[] Complete = ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz", "t10k-images-idx3-ubyte.gz", "t10k-labels-idx1-ubyte.gz"];

    [Fact]
    public async Task The_list_says_what_there_is_and_how_to_get_what_there_is_not()
    {
        using var place = new Workplace();
        var run = await place.RunAsync("data", "list");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Contains("│ digits        │ present │", run.Output);
        Assert.Contains("│ avatars       │ drawn   │", run.Output);
    }

    [Fact]
    public async Task The_list_says_whether_all_of_MNIST_is_here_or_a_part()
    {
        using var place = new Workplace();
        var part = await place.RunAsync(BuiltCourse.Program, WithoutCache(place), ["data", "list"]);
        Assert.Contains("│ mnist         │ present │ MNIST, 12,000 of 60,000 ", part.Output);
        Directory.CreateDirectory(place.PathOf("mnist"));
        foreach (var name in Complete)
            await File.WriteAllTextAsync(place.PathOf("mnist", name), "", TestContext.Current.CancellationToken);
        var all = await place.RunAsync("data", "list", "--data", ".");
        Assert.Contains("│ mnist         │ present │ MNIST, all 70,000 ", all.Output);
    }

    [Fact]
    public async Task What_ships_with_the_course_is_what_was_published()
    {
        using var place = new Workplace();
        var run = await place.RunAsync(BuiltCourse.Program, WithoutCache(place), ["data", "verify", "digits", "mnist"]);
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var data = Path.Combine(BuiltCourse.Root, "data");
        Assert.Equal($"digits: verified, {data}\nmnist: verified, {data}\n", run.Output);
    }

    [Fact]
    public async Task A_damaged_file_is_named_and_the_exit_code_says_so()
    {
        using var place = new Workplace();
        Directory.CreateDirectory(place.PathOf("mnist"));
        foreach (var name in Complete)
            await File.WriteAllTextAsync(place.PathOf("mnist", name), "damaged", TestContext.Current.CancellationToken);
        var run = await place.RunAsync("data", "verify", "mnist", "--data", ".");
        Assert.Equal(1, run.ExitCode);
        Assert.StartsWith("mnist: damaged, ", run.Output);
        Assert.Contains($"{place.PathOf("mnist", "train-images-idx3-ubyte.gz")}: SHA-256: found ", run.Error);
    }

    [Theory]
    [InlineData("data fetch", "data fetch")]
    [InlineData("data fetch nonsense", "data fetch")]
    [InlineData("data verify nonsense", "data verify")]
    [InlineData("data", "data")]
    public async Task A_missing_or_unknown_name_is_a_bad_argument(string arguments, string verb)
    {
        using var place = new Workplace();
        var run = await place.RunAsync(arguments.Split(' '));
        Assert.Equal(2, run.ExitCode);
        Assert.Equal($"Try `coursekit {verb} --help`.", run.ErrorLines[^1]);
    }

    [Fact]
    public async Task There_is_nothing_to_fetch_of_what_comes_with_the_course()
    {
        using var place = new Workplace();
        var run = await place.RunAsync("data", "fetch", "digits");
        Assert.Equal((0, "digits: comes with the course, nothing to fetch\n"), (run.ExitCode, run.Output));
    }

    // What a user of this machine has fetched goes before what ships.
    private static Dictionary<string, string?> WithoutCache(Workplace place) => new() { ["XDG_CACHE_HOME"] = place.Folder, ["COURSEKIT_DATA"] = null };
}
