using CourseKit.Kernel.Display;
using CourseKit.Kernel.Session.Output;

namespace Microsoft.DotNet.Interactive;

/// <summary>
/// The display functions and questions under the name that .NET Interactive's documentation calls them by, as in <c>Kernel.HTML(...)</c>. A cell
/// says <c>using Microsoft.DotNet.Interactive;</c> first, so the class is in this namespace.
/// </summary>
public static class Kernel
{
    /// <inheritdoc cref="DisplayFunctions.display"/>
    public static DisplayedValue display(object? value, params string[] mimeTypes) => DisplayFunctions.display(value, mimeTypes);

    /// <inheritdoc cref="DisplayFunctions.HTML"/>
    public static MimeText HTML(string content) => DisplayFunctions.HTML(content);

    /// <inheritdoc cref="DisplayFunctions.CSS"/>
    public static void CSS(string content) => DisplayFunctions.CSS(content);

    /// <inheritdoc cref="DisplayFunctions.Javascript"/>
    public static void Javascript(string script) => DisplayFunctions.Javascript(script);

    /// <inheritdoc cref="DisplayFunctions.GetInputAsync"/>
    public static Task<string> GetInputAsync(string prompt = "", string typeHint = "text") => DisplayFunctions.GetInputAsync(prompt, typeHint);

    /// <inheritdoc cref="DisplayFunctions.GetPasswordAsync"/>
    public static Task<PasswordString> GetPasswordAsync(string prompt = "Password: ") => DisplayFunctions.GetPasswordAsync(prompt);
}
