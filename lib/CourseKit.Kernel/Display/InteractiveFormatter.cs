using System.Collections;
using System.Reflection;

namespace CourseKit.Kernel.Display;

/// <summary>
/// The formatter of .NET Interactive: the class Formatter of the package Microsoft.DotNet.Interactive.Formatting. It shows values as soon as a cell
/// has used that package, so that what cells register with it and the limits that they set there are honoured. The kernel has no reference to
/// the package, which is deprecated, so everything is found by name.
/// </summary>
internal static class InteractiveFormatter
{
    public const string AssemblyName = "Microsoft.DotNet.Interactive.Formatting";
    private const string Html = "Microsoft.AspNetCore.Html.IHtmlContent";
    private static volatile Functions? loaded;

    private sealed class Functions(Assembly assembly)
    {
        private readonly MethodInfo format = Type(assembly, "FormattedValue").GetMethod("CreateManyFromObject", [typeof(object), typeof(string[])])!;
        private readonly MethodInfo registered = Type(assembly, "Formatter").GetMethod("RegisteredFormatters", [typeof(bool)])!;

        public IEnumerable<object> Registered => ((IEnumerable)registered.Invoke(null, [false])!).Cast<object>();

        public IEnumerable<(string MimeType, string Text)> Format(object? value, IReadOnlyList<string> mimeTypes) =>
            ((IEnumerable)format.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [value, mimeTypes.ToArray()], null)!).Cast<object>()
                .Select(part => (Text(part, "MimeType")!, Text(part, "Value") ?? ""));

        public static string? Text(object part, string property) => part.GetType().GetProperty(property)?.GetValue(part) as string;

        private static Type Type(Assembly assembly, string name) => assembly.GetType($"{AssemblyName}.{name}", throwOnError: true)!;
    }

    /// <summary>Lets the package show values from now on.</summary>
    public static void Use(Assembly assembly) => loaded = new(assembly);

    /// <summary>Ends that, because another session of the process has not used the package.</summary>
    public static void Forget() => loaded = null;

    /// <summary>Whether the attribute that names a type's formatters is .NET Interactive's own. Its formatters can be called by the package only.</summary>
    public static bool IsOwn(Attribute attribute) => attribute.GetType().Assembly.GetName().Name == AssemblyName;

    /// <summary>The representations of a value for which a cell has registered a formatter; null if there is none.</summary>
    public static MimeBundle? TryRegistered(object? value, IReadOnlyList<string> mimeTypes)
    {
        if (loaded is not { } functions || value is null)
            return null;
        var type = value.GetType();
        return functions.Registered.Any(formatter => formatter.GetType().GetProperty("Type")?.GetValue(formatter) is Type target && target != typeof(object) && IsFor(target, type))
            ? TryFormat(value, mimeTypes) : null;
    }

    /// <summary>The representations of any value; null if no cell has used the package.</summary>
    /// <param name="value">Any value, also null.</param>
    /// <param name="mimeTypes">The wanted mime types; if empty, those that the package prefers for the type, and plain text.</param>
    public static MimeBundle? TryFormat(object? value, IReadOnlyList<string> mimeTypes)
    {
        if (loaded is not { } functions)
            return null;
        var bundle = new MimeBundle();
        foreach (var (mimeType, text) in functions.Format(value, mimeTypes))
            bundle.Add(mimeType, Formatter.Content(mimeType, text));
        if (mimeTypes.Count == 0 && bundle["text/plain"] is null)
            bundle.Add("text/plain", value?.GetType().GetInterface(Html) is null ? functions.Format(value, ["text/plain"]).First().Text : value.ToString() ?? "");
        return bundle;
    }

    // As the package decides it: a formatter is for derived types too, and one for List<> is for every List<T>.
    private static bool IsFor(Type target, Type type)
    {
        if (target.IsAssignableFrom(type))
            return true;
        if (!target.IsGenericTypeDefinition)
            return false;
        for (var candidate = type; candidate is not null; candidate = candidate.BaseType)
        {
            if (Column.IsOf(target, candidate))
                return true;
        }
        return type.GetInterfaces().Any(candidate => Column.IsOf(target, candidate));
    }
}
