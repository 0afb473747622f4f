using System.Diagnostics;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Notebooks.Tests;

/// <summary>The course's own notebooks, and the command line that runs them.</summary>
internal static class Course
{
    public static string Root => BuiltCourse.Root;

    /// <summary>The file names of all lectures without extension, in order.</summary>
    public static IReadOnlyList<string> Notebooks { get; } =
        [.. Directory.GetFiles(Path.Combine(Root, "notebooks"), "*.ipynb").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    /// <summary>Those that a run without names runs.</summary>
    public static IReadOnlyList<string> Lectures { get; } = [.. Notebooks.Where(name => name != FullSize)];

    public const string Beginning = "00-before-you-start";

    public const string Generation = "01-generation-and-discrimination";

    public const string Adversarial = "02-adversarial-training";

    public const string AutoEncoder = "05-can-the-generator-learn-by-itself";

    public const string FullSize = "09-faces-at-full-size";

    public static string Program => BuiltCourse.Program;

    public static string PathOf(string lecture) => Path.Combine(Root, "notebooks", lecture + ".ipynb");

    public static Notebook Load(string lecture) => Notebook.Load(PathOf(lecture));

    public static Task<CommandResult> RunAsync(params IEnumerable<string> arguments)
    {
        SkipUnlessBuilt();
        return Command.RunAsync(new ProcessStartInfo(BuiltCourse.Program, ["run", .. arguments]));
    }

    /// <summary>The notebooks name the Release build, whatever is tested.</summary>
    public static void SkipUnlessBuilt() =>
        Assert.SkipUnless(File.Exists(Path.Combine(Root, "lib", "CourseKit", "bin", "Release", Path.GetFileName(Path.GetDirectoryName(Program))!, "CourseKit.dll")),
            "the notebooks load the library's Release build, which is not there: dotnet build -c Release");
}
