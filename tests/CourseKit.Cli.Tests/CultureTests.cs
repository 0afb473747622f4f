using CourseKit.Notebooks.Tests;
namespace CourseKit.Cli.Tests;

/// <summary>A notebook's outputs do not depend on the user's language, nor on whether this machine has the library ICU.</summary>
[Trait("Cost", "process")]
public sealed class CultureTests
{
    private const string Cell = """
        var (x, when) = (-1234.5, new DateTime(2026, 1, 2));
        Console.WriteLine($"{x} {x:N1} {when} {"TITLE".ToLower()} {0.25:P0}");
        new Thread(() => Console.WriteLine($"{x}")).Start();
        display(new { x, when });
        x
        """;

    private const string Culture = "new System.Globalization.CultureInfo(\"de-DE\").NumberFormat.NumberDecimalSeparator";

    [Fact]
    public async Task The_same_notebook_gives_the_same_file_in_each_environment()
    {
        using var place = new Workplace();
        place.Write("plain.ipynb", Cell);
        async Task<string> FileAsync(string variable, string value)
        {
            Assert.Equal(0, (await place.RunAsync(BuiltCourse.Program, new() { [variable] = value }, ["run", "plain.ipynb"])).ExitCode);
            return place.Executed("plain").ToJson();
        }
        var expected = await FileAsync("LC_ALL", "C");
        Assert.Contains("-1234.5 -1,234.5 01/02/2026 00:00:00 title 25 %", expected, StringComparison.Ordinal);
        foreach (var (variable, value) in new[]
        {
            ("LC_ALL", "de_DE.UTF-8"), ("LC_ALL", "tr_TR.UTF-8"), ("LANG", "ar_SA.UTF-8"), ("LC_ALL", "sv_SE"), ("LC_ALL", "no such culture"),
            ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "1"), ("DOTNET_SYSTEM_GLOBALIZATION_INVARIANT", "false"),
        })
            Assert.Equal((variable, value, expected), (variable, value, await FileAsync(variable, value)));
    }

    [Fact]
    public async Task Cells_have_all_cultures_whatever_the_language()
    {
        using var place = new Workplace();
        place.Write("german.ipynb", Culture);
        Assert.Equal(0, (await place.RunAsync(BuiltCourse.Program, new() { ["LC_ALL"] = "tr_TR.UTF-8" }, ["run", "german.ipynb"])).ExitCode);
        Assert.Equal(["execute_result: ,"], place.Executed("german").Cells[0].InShort());
    }

    [Fact]
    public async Task Without_ICU_notebooks_run_the_same_and_only_cultures_are_missing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists("/usr/bin/bwrap"), "bubblewrap hides the library");
        string[] hidden = ["--dev-bind", "/", "/", .. Directory.GetDirectories("/usr/lib", "*-linux-gnu").SelectMany(folder => Directory.GetFiles(folder, "libicu*.so.*"))
            .Where(file => File.ResolveLinkTarget(file, returnFinalTarget: true) is null).SelectMany(file => new[] { "--ro-bind", "/dev/null", file }), BuiltCourse.Program];
        using var place = new Workplace();
        place.Write("plain.ipynb", Cell);
        place.Write("german.ipynb", Culture);
        Assert.Equal(0, (await place.RunAsync("run", "plain.ipynb")).ExitCode);
        var expected = place.Executed("plain").ToJson();
        Assert.Equal(0, (await place.RunAsync("bwrap", [], [.. hidden, "run", "plain.ipynb"])).ExitCode);
        Assert.Equal(expected, place.Executed("plain").ToJson());

        var german = await place.RunAsync("bwrap", [], [.. hidden, "run", "german.ipynb"]);
        Assert.Equal(1, german.ExitCode);
        Assert.Contains("de-DE", german.Output + german.Error, StringComparison.Ordinal);
        var doctor = await place.RunAsync("bwrap", [], [.. hidden, "doctor", "--json"]);
        Assert.Contains("\"status\": \"limited\",\n      \"found\": \"only the invariant one, since the library ICU is missing", doctor.Output, StringComparison.Ordinal);
        Assert.Contains("apt install libicu-dev", doctor.Output, StringComparison.Ordinal);
    }
}
