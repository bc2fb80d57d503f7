// Starts, and fails before it has a session.
process.env.AGENT_ENTRY_FAILS = '1';
const { default: agent } = await import('./agent.js');
export default agent;
