using System.ComponentModel;
using System.Diagnostics;
using System.Reflection;

namespace CourseKit.Kernel.Session.Stopping;

/// <summary>
/// Keeps cells from ending the process, which would take all variables with it, and in nbgrader all points of the notebook. In the code of cells, the
/// session replaces each use of a method that ends the process by the method of the same name here. It is no protection against intent: code that looks
/// for a way out, such as reflection or native code, finds one.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public static class RefusedExits
{
    private static readonly ILookup<string, MethodInfo> ByName = typeof(RefusedExits).GetMethods(BindingFlags.Public | BindingFlags.Static | BindingFlags.DeclaredOnly)
        .ToLookup(method => method.Name);

    /// <summary>Whether a method of this name may end the process. Each name in a cell is asked for, so this is quick.</summary>
    internal static bool HasName(string name) => name is nameof(Exit) or nameof(FailFast) or nameof(Kill) or nameof(CloseMainWindow);

    /// <summary>The method to use in the place of another; null if the other does not end the process.</summary>
    /// <param name="type">The full name of the type that declares the other method.</param>
    /// <param name="name">The method's name.</param>
    /// <param name="parameters">How many parameters the method has, with the process if it is a method of one.</param>
    internal static MethodInfo? Replacing(string type, string name, int parameters) => type is "System.Environment" or "System.Diagnostics.Process"
        ? ByName[name].SingleOrDefault(method => method.GetParameters().Length == parameters) : null;

    /// <summary>In the place of <see cref="Environment.Exit"/>.</summary>
    public static void Exit(int exitCode) => throw Refusal("Environment.Exit");

    /// <summary>In the place of <see cref="Environment.FailFast(string)"/>.</summary>
    public static void FailFast(string? message) => throw Refusal("Environment.FailFast");

    /// <summary>In the place of <see cref="Environment.FailFast(string, Exception)"/>.</summary>
    public static void FailFast(string? message, Exception? exception) => throw Refusal("Environment.FailFast");

    /// <summary>In the place of <see cref="Process.Kill()"/>, which may still end other processes.</summary>
    public static void Kill(Process process) => Other(process, nameof(Kill)).Kill();

    /// <summary>In the place of <see cref="Process.Kill(bool)"/>, which may still end other processes.</summary>
    public static void Kill(Process process, bool entireProcessTree) => Other(process, nameof(Kill)).Kill(entireProcessTree);

    /// <summary>In the place of <see cref="Process.CloseMainWindow"/>, which may still close other processes.</summary>
    public static bool CloseMainWindow(Process process) => Other(process, nameof(CloseMainWindow)).CloseMainWindow();

    private static Process Other(Process process, string method) => process.Id == Environment.ProcessId ? throw Refusal($"Process.{method}") : process;

    private static InvalidOperationException Refusal(string method) => new(
        $"{method}: a cell may not end the process that runs it, because all variables, and the cells that follow, would be lost. "
        + "To leave a cell early, throw an exception. To end or restart the kernel, use the front end's Restart.");
}
