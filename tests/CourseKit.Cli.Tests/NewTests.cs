using CourseKit.Kernel.Notebooks;

namespace CourseKit.Cli.Tests;

/// <summary><c>coursekit new</c>: what it makes, and what it leaves alone. PackageTests runs the lecture.</summary>
public sealed class NewTests : IDisposable
{
    private readonly Workplace place = new();
    private readonly CancellationToken cancel = TestContext.Current.CancellationToken;

    public NewTests()
    {
        foreach (var name in new[] { "CourseKit.0.0.9.nupkg", "CourseKit.0.0.10.nupkg", "CourseKit.Cli.0.0.11.nupkg", "Other.1.0.0.nupkg" })
            File.WriteAllText(Path.Combine(Directory.CreateDirectory(place.PathOf("packages")).FullName, name), "");
    }

    public void Dispose() => place.Dispose();

    [Theory]
    [InlineData("my-course")]
    [InlineData("Kurs über Größen & <Netze>")]
    [InlineData("deep/er/VERSION of COURSE")]
    [Trait("Cost", "process")]
    public async Task A_course_is_a_lecture_an_exercise_with_its_solution_and_what_surrounds_them(string name)
    {
        var run = await place.RunAsync("new", name, "--packages", "packages");

        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var course = place.PathOf(name);
        Assert.Equal(
            [".devcontainer/devcontainer.json", ".github/workflows/course.yml", ".gitignore", ".vscode/extensions.json", ".vscode/settings.json", "README.md", "notebooks/01-first-pictures.ipynb",
             "notebooks/exercises/01-first-pictures.ipynb", "notebooks/instructor/01-first-pictures.ipynb", "nuget.config"],
            Directory.GetFiles(course, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(course, file)).Order(StringComparer.Ordinal));
        Assert.StartsWith($"# {Path.GetFileName(name)}\n", await File.ReadAllTextAsync(Path.Combine(course, "README.md"), cancel));
        // The newest version, since that of this program is not there; and the tool in the same.
        Assert.All(Directory.GetFiles(course, "*.ipynb", SearchOption.AllDirectories), file => Assert.Contains("#r \"nuget: CourseKit, 0.0.10\"\n", Notebook.Load(file).Cells[1].Source));
        Assert.All(["README.md", ".devcontainer/devcontainer.json", ".github/workflows/course.yml"], file => Assert.Contains("CourseKit.Cli --version 0.0.10", File.ReadAllText(Path.Combine(course, file))));
        Assert.Contains($"value=\"{place.PathOf("packages")}\"", await File.ReadAllTextAsync(Path.Combine(course, "nuget.config"), cancel));
        Assert.Contains($"CourseKit 0.0.10 from {place.PathOf("packages")}", run.Output);
    }

    [Fact]
    public async Task From_a_checkout_it_loads_the_library_that_is_built_there_and_says_so()
    {
        var run = await place.RunAsync("new", "course");
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"the library that is built in {CourseKit.Notebooks.Tests.BuiltCourse.Root}", run.Output);
        Assert.Matches("^#r \"[^\"]+/CourseKit.dll\"\n#r \"[^\"]+/TorchSharp.dll\"\nusing", Notebook.Load(place.PathOf("course", "notebooks", "01-first-pictures.ipynb")).Cells[1].Source);
        Assert.False(File.Exists(place.PathOf("course", "nuget.config")));
    }

    [Fact]
    public async Task What_students_get_is_what_assign_makes_of_the_solution()
    {
        await place.RunAsync("new", "course");
        var exercise = place.PathOf("course", "notebooks", "exercises", "01-first-pictures.ipynb");
        var made = await File.ReadAllTextAsync(exercise, cancel);
        Assert.Contains("YOUR CODE HERE", made);
        Assert.DoesNotContain("a * (1 - t)", made);
        Assert.DoesNotContain("HIDDEN", made);

        var assigned = await place.RunAsync("assign", "course/notebooks/instructor");

        Assert.Equal(0, assigned.ExitCode);
        Assert.Equal(made, await File.ReadAllTextAsync(exercise, cancel));
    }

    [Fact]
    public async Task An_empty_folder_and_a_new_repository_will_do_also_the_current_one()
    {
        Directory.CreateDirectory(place.PathOf("empty", ".git"));
        Assert.Equal(0, (await place.RunAsync("new", "empty/")).ExitCode);
        Assert.True(File.Exists(place.PathOf("empty", "README.md")));
        Assert.DoesNotContain(Directory.GetFileSystemEntries(place.PathOf("empty")), entry => entry.Contains('~'));
        Assert.StartsWith("# empty\n", await File.ReadAllTextAsync(place.PathOf("empty", "README.md"), cancel));
    }

    [Theory]
    [InlineData(".", "not empty, it holds full, packages")]
    [InlineData("full", "not empty, it holds a, b, c and 1 more; nothing is overwritten")]
    [InlineData("full/a", "a file; expected the name of a folder")]
    [InlineData("", "expected the name of a folder")]
    [InlineData(" ", "expected the name of a folder")]
    [InlineData("two\nlines", "expected the name of a folder")]
    [InlineData("course --packages nowhere", "--packages nowhere: no such folder")]
    [InlineData("course --packages full", "no file CourseKit.VERSION.nupkg there; `dotnet pack")]
    [Trait("Cost", "process")]
    public async Task A_bad_place_is_refused_and_nothing_changes(string arguments, string message)
    {
        Directory.CreateDirectory(place.PathOf("full"));
        foreach (var name in "abcd")
            await File.WriteAllTextAsync(place.PathOf("full", $"{name}"), "mine", cancel);

        var run = await place.RunAsync(["new", .. arguments.Split(" --", StringSplitOptions.None) is [var folder, var rest] ? [folder, .. $"--{rest}".Split(' ')] : new[] { arguments }]);

        Assert.Equal(2, run.ExitCode);
        Assert.Contains(message, run.Error);
        Assert.Equal(["full", "packages"], Directory.GetFileSystemEntries(place.Folder).Select(entry => Path.GetFileName(entry)).Order());
        Assert.Equal(["a", "b", "c", "d"], Directory.GetFileSystemEntries(place.PathOf("full")).Select(entry => Path.GetFileName(entry)).Order());
        Assert.All(Directory.GetFiles(place.PathOf("full")), file => Assert.Equal("mine", File.ReadAllText(file)));
    }

    [Fact]
    public async Task Without_a_name_the_command_line_says_what_is_missing()
    {
        var run = await place.RunAsync("new");
        Assert.Equal(2, run.ExitCode);
        Assert.Equal("Try `coursekit new --help`.", run.ErrorLines[^1]);
    }

    [Fact]
    public async Task Where_nothing_can_be_written_it_says_so_and_leaves_nothing()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "a folder is needed where not even root may write: /proc");
        var run = await place.RunAsync("new", "/proc/course");
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("/proc/course", run.Error);
        Assert.Single(run.ErrorLines);
    }
}
