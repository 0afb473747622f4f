using CourseKit.Kernel.Notebooks;

namespace CourseKit.Cli.Tests;

/// <summary>Bad arguments: exit code 2, a message that helps, and nothing done.</summary>
public sealed class ArgumentTests
{
    [Theory]
    [InlineData("missing.ipynb", "missing.ipynb: no such file or folder")]
    [InlineData("empty", "empty: a folder without notebooks")]
    [InlineData("text.ipynb", "text that is not JSON")]
    [InlineData("list.ipynb", "expected a JSON object")]
    [InlineData("python.ipynb", "a notebook in python")]
    [InlineData("good.ipynb sub/good.ipynb", "two notebooks of one name")]
    [InlineData("good.ipynb -p nonsense", "-p nonsense: expected NAME=VALUE")]
    [InlineData("good.ipynb -p other=1", "no notebook of this run has a parameter 'other'. Known: rate, seed.")]
    [InlineData("good.ipynb -p seed=1.5", "'1.5' does not read as one. Known: rate, seed.")]
    [InlineData("good.ipynb -p seed=99999999999", "Parameter 'seed' is of type int")]
    [InlineData("good.ipynb -p rate=NaN", "Parameter 'rate' is of type double")]
    [InlineData("good.ipynb -p seed=1 --seed 2", "give one of them")]
    [InlineData("good.ipynb --seed x", "--seed x: expected a whole number")]
    [InlineData("good.ipynb --jobs 1.5", "--jobs 1.5: expected a whole number")]
    [InlineData("good.ipynb --timeout 0,5", "--timeout 0,5: expected a number of seconds")]
    [InlineData("good.ipynb --timeout 0", "--timeout 0: expected")]
    [InlineData("good.ipynb --jobs 0", "--jobs 0: expected 1 or more")]
    [InlineData("good.ipynb --data nowhere", "--data nowhere: no such folder")]
    [InlineData("good.ipynb --out .", "would overwrite")]
    [InlineData("good.ipynb --out link", "would overwrite")]
    [InlineData("...ipynb", "cannot be called '..'")]
    [InlineData("Index.ipynb", "cannot be called 'Index'")]
    [InlineData("good.ipynb sub/Good.ipynb", "two notebooks of one name")]
    [InlineData("good.ipynb --out text.ipynb/x", "--out text.ipynb/x: ")]
    [InlineData("good.ipynb --nonsense", "--nonsense: no such option")]
    [Trait("Cost", "process")]
    public async Task A_bad_argument_is_refused_before_anything_runs(string arguments, string message)
    {
        using var place = new Workplace();
        Directory.CreateDirectory(place.PathOf("empty"));
        await File.WriteAllTextAsync(place.PathOf("text.ipynb"), "not a notebook", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(place.PathOf("list.ipynb"), "[]", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(place.PathOf("python.ipynb"),
            """{"cells":[],"metadata":{"kernelspec":{"name":"python3","display_name":"Python 3","language":"python"}},"nbformat":4,"nbformat_minor":5}""",
            TestContext.Current.CancellationToken);
        var parameters = NotebookCell.Code("int seed = 1;\ndouble rate = .5;\nconst int Fixed = 1;", "parameters");
        place.Write("good.ipynb", parameters, NotebookCell.Code("System.IO.File.WriteAllText(\"ran\", \"\");"));
        foreach (var name in new[] { "sub/good.ipynb", "sub/Good.ipynb", "...ipynb", "Index.ipynb" })
            place.Write(name, "1");
        Directory.CreateSymbolicLink(place.PathOf("link"), place.Folder);

        var run = await place.RunAsync(["run", .. arguments.Split(' ')]);

        Assert.Equal(2, run.ExitCode);
        Assert.StartsWith("coursekit: ", run.Error);
        Assert.Contains(message, run.Error);
        Assert.Equal("Try `coursekit run --help`.", run.ErrorLines[^1]);
        Assert.False(File.Exists(place.PathOf("ran")) || Directory.Exists(place.PathOf("out")));
    }

    [Theory]
    [InlineData("--help", "run <PATH>")]
    [InlineData("run --help", "--keep-going")]
    [InlineData("--version", "0.1.0")]
    public async Task Help_and_version_are_there(string arguments, string expected)
    {
        using var place = new Workplace();
        var run = await place.RunAsync(arguments.Split(' '));
        Assert.Equal(0, run.ExitCode);
        Assert.Contains(expected, run.Output);
    }

    [Theory]
    [InlineData("")]
    [InlineData("nonsense")]
    public async Task A_missing_or_unknown_verb_is_a_bad_argument(string arguments)
    {
        using var place = new Workplace();
        var run = await place.RunAsync(arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("Try `coursekit --help`.", run.ErrorLines[^1]);
    }
}
