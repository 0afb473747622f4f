using System.Diagnostics.Tracing;
using System.Reflection;

namespace CourseKit.Benchmarks.Profile;

/// <summary>The methods that this process had to compile while it ran. The runtime tells of each.</summary>
internal sealed class CompiledMethods : EventListener
{
    private const EventKeywords Compiling = (EventKeywords)0x10;
    private const uint IsDynamic = 1;

    private readonly HashSet<nint> _handles = [];

    /// <summary>Those in assemblies that are files; code which the kernel makes while it runs cannot be compiled in advance.</summary>
    public IReadOnlyList<MethodBase> Find()
    {
        lock (_handles)
            return [.. _handles.Select(Method).Where(method => method.DeclaringType is { Assembly: { IsDynamic: false, Location.Length: > 0 } })];
    }

    protected override void OnEventSourceCreated(EventSource eventSource)
    {
        if (eventSource.Name == "Microsoft-Windows-DotNETRuntime")
            EnableEvents(eventSource, EventLevel.Verbose, Compiling);
    }

    // The payload: handle, module, start, size, token, flags, type. A dynamic method may be gone by the time we ask for it.
    protected override void OnEventWritten(EventWrittenEventArgs eventData)
    {
        if (eventData.EventName?.StartsWith("MethodLoadVerbose", StringComparison.Ordinal) != true || eventData.Payload is not { } payload
            || ((uint)payload[5]! & IsDynamic) != 0 || (string)payload[6]! == "dynamicClass")
        {
            return;
        }
        // The base class calls this before our own fields are there.
        if (_handles is not null)
        {
            lock (_handles)
                _handles.Add((nint)(ulong)payload[0]!);
        }
    }

    // MethodBase.GetMethodFromHandle refuses methods of generic types unless their type is given, too, which the runtime does not tell.
    private static MethodBase Method(nint handle) =>
        (MethodBase)GetMethodBase.Invoke(null, [GetMethodInfo.Invoke(RuntimeMethodHandle.FromIntPtr(handle), null)])!;

    private static readonly MethodInfo GetMethodInfo = typeof(RuntimeMethodHandle).GetMethod("GetMethodInfo", BindingFlags.Instance | BindingFlags.NonPublic)!;

    private static readonly MethodInfo GetMethodBase = typeof(object).Assembly.GetType("System.RuntimeType")!
        .GetMethods(BindingFlags.Static | BindingFlags.NonPublic).First(method => method.Name == "GetMethodBase" && method.GetParameters().Length == 1);
}
