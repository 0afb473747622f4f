using System.Collections;
using System.Reflection;
using System.Runtime.Loader;

namespace CourseKit.Display;

/// <summary>
/// .NET Interactive as the notebook's host. It is reached by reflection, so that this library needs none of its packages. Where its names are not found,
/// nothing happens.
/// </summary>
internal static class InteractiveHost
{
    private const string Name = "Microsoft.DotNet.Interactive", Formatting = Name + ".Formatting";
    private static int entered;

    /// <summary>
    /// Shows a value in the running cell, by <c>KernelInvocationContext.Current.Display(value)</c>. The shorter <c>Kernel.display</c> does not do: the
    /// handle that it returns has another id than the value that it shows, so updates go nowhere.
    /// </summary>
    /// <returns>An action that shows another value in the same place; null if the code does not run in a cell of .NET Interactive.</returns>
    public static Action<object?>? TryDisplay(object? value)
    {
        if (Kernel?.GetType($"{Name}.KernelInvocationContext") is not { } type || type.GetProperty("Current")?.GetValue(null) is not { } context)
            return null;
        var display = type.Assembly.GetType($"{Name}.KernelInvocationContextExtensions")?.GetMethod("Display", [type, typeof(object), typeof(string[])]);
        if (display?.Invoke(null, [context, value, Array.Empty<string>()]) is not { } shown)
            return null;
        var update = shown.GetType().GetMethod("Update", [typeof(object)]);
        return next => update?.Invoke(shown, [next]);
    }

    /// <summary>
    /// Prepares .NET Interactive for Plotly.NET, which needs a newer FSharp.Core than it has. Where a notebook has fetched Plotly.NET as a package, it finds
    /// no other than its own, so it gets this library's.
    /// </summary>
    /// <returns>Whether the code runs in .NET Interactive, and this is the first call.</returns>
    public static bool Enter()
    {
        if (Kernel is null || Interlocked.Exchange(ref entered, 1) == 1)
            return false;
        AppDomain.CurrentDomain.AssemblyResolve += (_, wanted) =>
            wanted.Name.StartsWith("FSharp.Core,", StringComparison.Ordinal) ? typeof(Microsoft.FSharp.Core.Unit).Assembly : null;
        return true;
    }

    /// <summary>Registers a source's formatters for a type, and for those derived from it, with <c>Formatter.Register</c>.</summary>
    public static void Register(Type type, object source)
    {
        // Its own formatter: a host may hold the package a second time.
        if (Kernel is not { } kernel || kernel.GetReferencedAssemblies().FirstOrDefault(name => name.Name == Formatting) is not { } reference
            || AssemblyLoadContext.GetLoadContext(kernel)!.LoadFromAssemblyName(reference).GetType($"{Formatting}.Formatter") is not { } formatter)
            return;
        var register = formatter.GetMethod("Register", [typeof(Type), typeof(Action<object, TextWriter>), typeof(string)]);
        foreach (var own in (IEnumerable)source.GetType().GetMethod("CreateTypeFormatters")!.Invoke(source, null)!)
        {
            var format = own.GetType().GetMethod("Format", [typeof(object), typeof(TextWriter)])!.CreateDelegate<Func<object, TextWriter, bool>>(own);
            register?.Invoke(null, [type, (Action<object, TextWriter>)((value, writer) => format(value, writer)), own.GetType().GetProperty("MimeType")!.GetValue(own)]);
        }
        formatter.GetMethod("SetPreferredMimeTypesFor")?.Invoke(null, [type, new[] { MimeTypes.Html, MimeTypes.Plain }]);
    }

    private static Assembly? Kernel => AppDomain.CurrentDomain.GetAssemblies().FirstOrDefault(loaded => loaded.GetName().Name == Name);
}
