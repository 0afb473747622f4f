using System.Reflection;

namespace CourseKit.Kernel.Running;

/// <summary>
/// How to start a process that runs cells. The program gets these arguments and two more, and calls <see cref="CellServer.ServeAsync"/> with
/// those two.
/// </summary>
/// <param name="FileName">The program.</param>
/// <param name="Arguments">The arguments before the two arguments of the channel.</param>
public sealed record CellHost(string FileName, params IReadOnlyList<string> Arguments)
{
    /// <summary>Whether everything that the process started ends with it. Then nobody must look for its children, perhaps among thousands.</summary>
    public bool TakesAllAlong { get; init; }

    /// <summary>The program that runs now, called with a verb. The program may have been started as <c>dotnet NAME.dll</c>.</summary>
    /// <param name="verb">The first argument.</param>
    public static CellHost ThisProgram(string verb)
    {
        var program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this process is unknown.");
        return Path.GetFileNameWithoutExtension(program).Equals("dotnet", StringComparison.OrdinalIgnoreCase)
            ? new CellHost(program, Assembly.GetEntryAssembly()!.Location, verb)
            : new CellHost(program, verb);
    }
}
