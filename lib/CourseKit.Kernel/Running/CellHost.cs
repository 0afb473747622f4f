using System.Reflection;

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

    /// <summary>The running program itself, with a verb as first argument. This also works for <c>dotnet NAME.dll</c>.</summary>
    /// <param name="verb">The first argument.</param>
    /// <exception cref="InvalidOperationException">The path of the running program is unknown.</exception>
    public static CellHost ThisProgram(string verb)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this process is unknown.");
        return Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
            ? new CellHost(program, Assembly.GetEntryAssembly()!.Location, verb)
            : new CellHost(program, verb);
    }
}
