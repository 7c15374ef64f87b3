return await AwsSigV4Proxy.Hosting.Commands.CommandLine.RunAsync(args);
