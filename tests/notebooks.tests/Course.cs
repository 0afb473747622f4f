using System.Diagnostics;
using CourseKit.Kernel.Notebooks;

namespace CourseKit.Notebooks.Tests;

/// <summary>The course's own notebooks, and the command line that runs them.</summary>
internal static class Course
{
    // tests/THIS/bin/CONFIGURATION/net10.0
    private static readonly DirectoryInfo Here = new(AppContext.BaseDirectory);

    public static string Root { get; } = Here.Parent!.Parent!.Parent!.Parent!.Parent!.FullName;

    /// <summary>The lectures' file names without extension, in order.</summary>
    public static IReadOnlyList<string> Lectures { get; } =
        [.. Directory.GetFiles(Path.Combine(Root, "notebooks"), "*.ipynb").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    public const string Adversarial = "02-adversarial-training";

    public static string PathOf(string lecture) => Path.Combine(Root, "notebooks", lecture + ".ipynb");

    public static Notebook Load(string lecture) => Notebook.Load(PathOf(lecture));

    public static async Task<CommandResult> RunAsync(params IEnumerable<string> arguments)
    {
        // The notebooks name the Release build, whatever is tested.
        Assert.SkipUnless(File.Exists(Path.Combine(Root, "lib", "CourseKit", "bin", "Release", Here.Name, "CourseKit.dll")),
            "the notebooks load the library's Release build, which is not there: dotnet build -c Release");
        var name = OperatingSystem.IsWindows() ? "CourseKit.Cli.exe" : "CourseKit.Cli";
        var program = Path.Combine(Root, "lib", "CourseKit.Cli", "bin", Here.Parent!.Name, Here.Name, name);
        using var process = Process.Start(new ProcessStartInfo(program, ["run", .. arguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var cancel = TestContext.Current.CancellationToken;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(cancel), process.StandardError.ReadToEndAsync(cancel));
        try
        {
            await process.WaitForExitAsync(cancel);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw;
        }
        return new CommandResult(process.ExitCode, await output, await error);
    }
}

internal sealed record CommandResult(int ExitCode, string Output, string Error);
