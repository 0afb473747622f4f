using CourseKit.Cli.Shell;
using CourseKit.Common;
using CourseKit.Kernel.Grading;

namespace CourseKit.Cli.Grading;

/// <summary>What submissions find around them: the files that they need, and their environment.</summary>
internal static class GradingPlace
{
    private const string DataVariable = "COURSEKIT_DATA", LibTorchVariable = "COURSEKIT_LIBTORCH", AnyLibTorchVariable = "COURSEKIT_LIBTORCH_ANY", Datasets = "/usr/share/datasets";

    // In the same folder the kernel keeps the packages of notebooks.
    private const string OfKernel = "packages";

    /// <summary>The sandbox for the submissions of an assignment.</summary>
    public static Sandbox Sandbox(GradePlan plan, AssignmentPackages packages)
    {
        var libraries = SubmissionGrader.ReferencesOf(plan.Assignment.Notebook, plan.Assignment.Path).Select(file => Path.GetDirectoryName(file)!).Distinct().ToList();
        var environment = new Dictionary<string, string>
        {
            ["DOTNET_ROOT"] = DotnetRoot,
            ["DOTNET_EnableDiagnostics"] = "0", // no pipes for debuggers in /tmp
            ["OMP_NUM_THREADS"] = "1",
            ["OMP_WAIT_POLICY"] = "PASSIVE",
            ["COURSEKIT_THREADS"] = "1",
            [DataVariable] = Environment.GetEnvironmentVariable(DataVariable) is { Length: > 0 } data ? UserPath.Full(data) : UserPath.Cache,
        };
        string[] libtorch = Environment.GetEnvironmentVariable(LibTorchVariable) is { Length: > 0 } folder ? [environment[LibTorchVariable] = UserPath.Full(folder)] : [];
        if (Environment.GetEnvironmentVariable(AnyLibTorchVariable) is { Length: > 0 } any)
            environment[AnyLibTorchVariable] = any;
        return new(
            new([DotnetRoot, AppContext.BaseDirectory, .. libraries, .. packages.Folders, .. libraries.Select(CourseFolder.Of).OfType<string>().Select(course => Path.Combine(course, "data")), Datasets, .. FoldersOf(environment[DataVariable]), .. libtorch],
                [.. plan.Class.Hidden, plan.Out, plan.Assignment.Folder, plan.Assignment.Path]),
            environment, plan.Limits);
    }

    // The folder where the .NET runtime is installed. It may be in a user's home.
    private static string DotnetRoot => Path.GetFullPath("../../..", Path.GetDirectoryName(typeof(object).Assembly.Location)!);

    private static IEnumerable<string> FoldersOf(string data) => data != UserPath.Cache ? [data]
        : Directory.Exists(data) ? Directory.GetFileSystemEntries(data).Where(entry => Path.GetFileName(entry) != OfKernel) : [];
}
