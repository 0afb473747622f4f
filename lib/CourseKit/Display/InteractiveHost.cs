using System.Collections;
using System.Runtime.Loader;

namespace CourseKit.Display;

/// <summary>
/// .NET Interactive as the notebook's host. It is reached by reflection, so that this library needs none of its packages. Where its names are not found,
/// nothing happens.
/// </summary>
internal static class InteractiveHost
{
    private const string Name = "Microsoft.DotNet.Interactive";
    private static int bound;

    /// <summary>
    /// Shows a value in the running cell, by <c>KernelInvocationContext.Current.Display(value)</c>. The shorter <c>Kernel.display</c> does not do: the
    /// handle that it returns has another id than the value that it shows, so updates go nowhere.
    /// </summary>
    /// <returns>An action that shows another value in the same place; null if the code does not run in a cell of .NET Interactive.</returns>
    public static Action<object?>? TryDisplay(object? value)
    {
        if (Find("KernelInvocationContext") is not { } type || type.GetProperty("Current")?.GetValue(null) is not { } context)
            return null;
        var display = Find("KernelInvocationContextExtensions")?.GetMethod("Display", [type, typeof(object), typeof(string[])]);
        if (display?.Invoke(null, [context, value, Array.Empty<string>()]) is not { } shown)
            return null;
        var update = shown.GetType().GetMethod("Update", [typeof(object)]);
        return next => update?.Invoke(shown, [next]);
    }

    /// <summary>
    /// Binds this library to what Plotly.NET consists of, before a notebook fetches another Plotly.NET as a package. Assemblies are loaded when they are
    /// first needed, so half of them would come from here and half from there, and their types do not fit. If the notebook has fetched it already,
    /// it lacks FSharp.Core: .NET Interactive has an older one, and finds no other.
    /// </summary>
    public static void BindPlotly()
    {
        if (Find("KernelInvocationContext") is null || Interlocked.Exchange(ref bound, 1) == 1)
            return;
        AppDomain.CurrentDomain.AssemblyResolve += (_, wanted) =>
            wanted.Name.StartsWith("FSharp.Core,", StringComparison.Ordinal) ? typeof(Microsoft.FSharp.Core.Unit).Assembly : null;
        foreach (var assembly in new[] { typeof(InteractiveHost).Assembly, typeof(Plotly.NET.Trace).Assembly })
        {
            foreach (var needed in assembly.GetReferencedAssemblies())
                AssemblyLoadContext.GetLoadContext(assembly)!.LoadFromAssemblyName(needed);
        }
    }

    /// <summary>Registers a source's formatters for a type, and for those derived from it, with <c>Formatter.Register</c>.</summary>
    public static void Register(Type type, object source)
    {
        if (Find("Formatting.Formatter", ".Formatting") is not { } formatter)
            return;
        var register = formatter.GetMethod("Register", [typeof(Type), typeof(Action<object, TextWriter>), typeof(string)]);
        foreach (var own in (IEnumerable)source.GetType().GetMethod("CreateTypeFormatters")!.Invoke(source, null)!)
        {
            var format = own.GetType().GetMethod("Format", [typeof(object), typeof(TextWriter)])!.CreateDelegate<Func<object, TextWriter, bool>>(own);
            register?.Invoke(null, [type, (Action<object, TextWriter>)((value, writer) => format(value, writer)), own.GetType().GetProperty("MimeType")!.GetValue(own)]);
        }
        formatter.GetMethod("SetPreferredMimeTypesFor")?.Invoke(null, [type, new[] { MimeTypes.Html, MimeTypes.Plain }]);
    }

    private static Type? Find(string type, string assembly = "") =>
        AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(loaded => loaded.GetName().Name == Name + assembly)?.GetType($"{Name}.{type}");
}
