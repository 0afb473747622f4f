using System.Reflection;
using CourseKit.Kernel.Session.Packages;

namespace CourseKit.Kernel.Running;

/// <summary>
/// How to start a process that runs cells. The program gets these arguments and two more, and calls <see cref="CellServer.ServeAsync"/> with
/// those two.
/// </summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">The arguments that come before those two.</param>
public sealed record CellHost(string FileName, params IReadOnlyList<string> Arguments)
{
    /// <summary>
    /// Whether all child processes end when the process is killed, as with bwrap. Then the runner need not search for them among all processes.
    /// </summary>
    public bool TakesAllAlong { get; init; }

    /// <summary>The environment variables of the process; null: those of the running program.</summary>
    public IReadOnlyDictionary<string, string>? Variables { get; init; }

    /// <summary>
    /// The running program itself, with a verb as first argument. This also works for <c>dotnet NAME.dll</c>, and for a .NET tool, whose executable lies
    /// in another folder, which the sandbox does not show.
    /// </summary>
    /// <param name="verb">The first argument.</param>
    public static CellHost ThisProgram(string verb)
    {
        var assembly = Assembly.GetEntryAssembly()!.Location;
        return Environment.ProcessPath is { } program && Path.GetDirectoryName(program) == Path.GetDirectoryName(assembly)
            ? new CellHost(program, verb)
            : new CellHost(DotnetSdk.Runtime, assembly, verb);
    }
}
